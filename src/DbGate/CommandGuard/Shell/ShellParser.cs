namespace DbGate.CommandGuard.Shell;

/// <summary>Reads POSIX and Bash shell text into the commands it runs. Total: any text gives a result, nested up to a limit and flat beyond
/// it.</summary>
sealed partial class ShellParser
{
    readonly string text;
    readonly WordReader reader;
    readonly List<(Action<string, int> Attach, string Delimiter, bool StripTabs)> documents = [];
    readonly int baseOffset;

    internal ShellParser(string text, WordReader reader) => (this.text, this.reader, baseOffset) = (text, reader, reader.BaseOffset);

    public static IReadOnlyList<ShellNode> Parse(string text) => Parse(text, 0, 0);

    internal static IReadOnlyList<ShellNode> Parse(string text, int baseOffset, int depth) =>
        new ShellParser(text, new WordReader(text, baseOffset, depth)).Everything();

    /// <summary>Reads up to and over the parenthesis that closes a substitution.</summary>
    internal List<ShellNode> UntilParenthesis()
    {
        var body = List();
        if (reader.Current == ')')
        {
            reader.Position++;
        }

        return body;
    }

    List<ShellNode> Everything()
    {
        var nodes = new List<ShellNode>();
        while (!reader.AtEnd)
        {
            nodes.AddRange(List());
            if (!reader.AtEnd)
            {
                SkipStray();
            }
        }

        return nodes;
    }

    /// <summary>A word or bracket that closes nothing: step over it rather than lose what follows.</summary>
    void SkipStray()
    {
        var before = reader.Position;
        reader.Read();
        if (reader.Position == before)
        {
            reader.Position++;
        }
    }

    List<ShellNode> List(params ReadOnlySpan<string> terminators)
    {
        var nodes = new List<ShellNode>();
        while (true)
        {
            Separators();
            if (reader.AtEnd || reader.Current == ')' || AtKeyword(terminators))
            {
                return nodes;
            }

            var before = reader.Position;
            if (AndOrList(terminators) is { } node)
            {
                nodes.Add(node);
            }

            if (reader.Position == before)
            {
                return nodes;
            }
        }
    }

    void Separators()
    {
        while (true)
        {
            reader.SkipBlanks();
            if (reader.Current == '\n')
            {
                reader.Position++;
                ReadDocuments();
            }
            else if (reader.Current == ';')
            {
                if (reader.Ahead() is ';' or '&')
                {
                    return;
                }

                reader.Position++;
            }
            else if (reader.Current == '&' || (reader.Current == '\0' && !reader.AtEnd))
            {
                reader.Position++;
            }
            else if (reader.Current == '#')
            {
                reader.SkipLine();
            }
            else
            {
                return;
            }
        }
    }

    bool AtKeyword(ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
        {
            if (reader.At(keyword) && (keyword is ";;" or ";&" || WordReader.EndsWord(reader.Ahead(keyword.Length))))
            {
                return true;
            }
        }

        return false;
    }

    ShellNode? AndOrList(ReadOnlySpan<string> terminators)
    {
        if (Pipe(terminators) is not { } first)
        {
            return null;
        }

        var rest = new List<(bool, ShellNode)>();
        while (true)
        {
            reader.SkipBlanks();
            var isAnd = reader.At("&&");
            if (!isAnd && !reader.At("||"))
            {
                return rest.Count == 0 ? first : new AndOr(first.Offset, first, rest);
            }

            reader.Position += 2;
            SkipNewlines();
            if (Pipe(terminators) is { } next)
            {
                rest.Add((isAnd, next));
            }
        }
    }

    void SkipNewlines()
    {
        reader.SkipBlanks();
        while (reader.Current is '\n' or '#')
        {
            if (reader.Current == '#')
            {
                reader.SkipLine();
            }
            else
            {
                reader.Position++;
                ReadDocuments();
            }

            reader.SkipBlanks();
        }
    }

    ShellNode? Pipe(ReadOnlySpan<string> terminators)
    {
        if (Command(terminators) is not { } first)
        {
            return null;
        }

        var commands = new List<ShellNode> { first };
        reader.SkipBlanks();
        while (reader.Current == '|' && reader.Ahead() != '|')
        {
            reader.Position += reader.Ahead() == '&' ? 2 : 1;
            SkipNewlines();
            if (Command(terminators) is not { } next)
            {
                break;
            }

            commands.Add(next);
            reader.SkipBlanks();
        }

        return commands.Count == 1 ? first : new Pipeline(first.Offset, commands);
    }

    ShellNode? Command(ReadOnlySpan<string> terminators)
    {
        reader.SkipBlanks();
        while (reader.Current == '!' && WordReader.EndsWord(reader.Ahead()))
        {
            reader.Position++;
            reader.SkipBlanks();
        }

        if (reader.AtEnd || reader.Current == ')' || AtKeyword(terminators))
        {
            return null;
        }

        var start = baseOffset + reader.Position;
        if (reader.Current == '(')
        {
            return Parenthesis(start);
        }

        return Keyword() switch
        {
            "if" when reader.CanNest => If(start),
            "while" or "until" when reader.CanNest => Loop(start),
            "for" or "select" when reader.CanNest => For(start),
            "case" when reader.CanNest => Case(start),
            "function" when reader.CanNest => Function(start),
            "{" when reader.CanNest => Braces(start),
            "[[" => Test(start),
            _ => Simple(start),
        };
    }

    string Keyword()
    {
        foreach (var keyword in (ReadOnlySpan<string>)["if", "while", "until", "for", "select", "case", "function", "{", "[["])
        {
            if (AtKeyword([keyword]))
            {
                return keyword;
            }
        }

        return "";
    }

    List<ShellNode> Nested(params string[] terminators) => reader.Nest(() => List(terminators));

    bool Take(string keyword)
    {
        Separators();
        if (!AtKeyword([keyword]))
        {
            return false;
        }

        reader.Position += keyword.Length;
        return true;
    }
}
