namespace DbGate.CommandGuard.Shell;

/// <summary>A parsed shell text: what it runs, in order. Offsets are into the text that was parsed.</summary>
abstract record ShellNode(int Offset);

/// <summary>One command with its arguments.</summary>
sealed record SimpleCommand(int Offset, int Length, IReadOnlyList<Assignment> Assignments, IReadOnlyList<Word> Words,
    IReadOnlyList<Redirect> Redirects)
    : ShellNode(Offset);

/// <summary>Commands joined by <c>|</c>.</summary>
sealed record Pipeline(int Offset, IReadOnlyList<ShellNode> Commands) : ShellNode(Offset);

/// <summary>Commands joined by <c>&amp;&amp;</c> and <c>||</c>.</summary>
sealed record AndOr(int Offset, ShellNode First, IReadOnlyList<(bool IsAnd, ShellNode Node)> Rest) : ShellNode(Offset);

/// <summary><c>( … )</c> or <c>{ … }</c>, or the body of a loop.</summary>
sealed record Group(int Offset, IReadOnlyList<ShellNode> Body, bool IsSubshell, IReadOnlyList<Redirect> Redirects) : ShellNode(Offset);

/// <summary>What nests too deep to be read.</summary>
sealed record TooDeep(int Offset) : ShellNode(Offset);

/// <summary><c>if … then … elif … else … fi</c>.</summary>
sealed record Conditional(int Offset, IReadOnlyList<ConditionalBranch> Branches, IReadOnlyList<ShellNode> Otherwise) : ShellNode(Offset);

/// <summary>A condition and what it guards.</summary>
sealed record ConditionalBranch(IReadOnlyList<ShellNode> Condition, IReadOnlyList<ShellNode> Body);

/// <summary><c>case … in … esac</c>.</summary>
sealed record Choice(int Offset, Word Subject, IReadOnlyList<ChoiceArm> Arms) : ShellNode(Offset);

/// <summary>The patterns of an arm and what they guard.</summary>
sealed record ChoiceArm(IReadOnlyList<Word> Patterns, IReadOnlyList<ShellNode> Body);

/// <summary><c>name() { … }</c>.</summary>
sealed record FunctionDefinition(int Offset, string Name, ShellNode Body) : ShellNode(Offset);

/// <summary><c>NAME=value</c> or <c>NAME=(a b c)</c>.</summary>
sealed record Assignment(string Name, IReadOnlyList<Word> Values);

/// <summary>A redirection; a here-document carries its text and where that begins.</summary>
sealed record Redirect(string Operator, Word Target, string? Document = null, int DocumentOffset = 0);

/// <summary>A word, in the parts that quoting and expansion make of it.</summary>
sealed record Word(int Offset, string Raw, IReadOnlyList<WordPart> Parts)
{
    /// <summary>The word's text when nothing in it has to be expanded.</summary>
    public string? Literal
    {
        get
        {
            if (Parts is [LiteralPart only])
            {
                return only.Text;
            }

            return Parts.All(part => part is LiteralPart) ? string.Concat(Parts.Select(part => ((LiteralPart)part).Text)) : null;
        }
    }

    public bool IsQuoted => Parts.Any(part => part.IsQuoted);
}

abstract record WordPart(bool IsQuoted);

sealed record LiteralPart(string Text, bool IsQuoted) : WordPart(IsQuoted);

/// <summary><c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>"${NAME[@]}"</c>.</summary>
sealed record ParameterPart(string Name, Word? Default, bool IsQuoted) : WordPart(IsQuoted);

/// <summary><c>$( … )</c> or backticks: runs commands, and yields what they print.</summary>
sealed record SubstitutionPart(IReadOnlyList<ShellNode> Body, bool IsQuoted) : WordPart(IsQuoted);

/// <summary>Something whose value cannot be known: arithmetic, a template expression of the CI system.</summary>
sealed record OpaquePart(string Raw, bool IsQuoted) : WordPart(IsQuoted);
