namespace DbGate.CommandGuard.Shell;

/// <summary>Reads POSIX and Bash shell text into the commands it runs. Total: any text gives a result, nested up to a limit and flat beyond it.</summary>
sealed class ShellParser
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

    Group Parenthesis(int start)
    {
        if (reader.At("(("))
        {
            var (close, lineEnd) = (reader.Next("))"), reader.Next("\n"));
            if (close >= 0 && (lineEnd < 0 || close < lineEnd))
            {
                reader.Position = close + 2;
                return new Group(start, [], false, []);
            }
        }

        reader.Position++;
        if (!reader.CanNest)
        {
            return new Group(start, [], false, []);
        }

        var body = Nested();
        if (reader.Current == ')')
        {
            reader.Position++;
        }

        return new Group(start, body, true, Redirects());
    }

    Conditional If(int start)
    {
        reader.Position += 2;
        var branches = new List<ConditionalBranch>();
        IReadOnlyList<ShellNode> otherwise = [];
        do
        {
            var condition = Nested("then", "fi", "else", "elif");
            Take("then");
            branches.Add(new ConditionalBranch(condition, Nested("elif", "else", "fi")));
        }
        while (Take("elif"));

        if (Take("else"))
        {
            otherwise = Nested("fi", "elif");
        }

        Take("fi");
        Redirects();
        return new Conditional(start, branches, otherwise);
    }

    Group Loop(int start)
    {
        reader.Position += 5;
        var body = Nested("do", "done");
        Take("do");
        body.AddRange(Nested("done"));
        Take("done");
        return new Group(start, body, false, Redirects());
    }

    Group For(int start)
    {
        reader.Read();
        reader.SkipBlanks();
        var values = new List<Word>();
        string? variable = null;
        if (reader.At("(("))
        {
            Parenthesis(start);
        }
        else
        {
            variable = reader.Read().Literal;
            Separators();
            if (AtKeyword(["in"]))
            {
                reader.Position += 2;
                reader.SkipBlanks();
                while (!reader.AtEnd && !WordReader.EndsWord(reader.Current))
                {
                    values.Add(reader.Read());
                    reader.SkipBlanks();
                }
            }
        }

        List<ShellNode> body = [];
        if (variable is { Length: > 0 } && values.Count > 0)
        {
            body.Add(new SimpleCommand(start, 0, [new Assignment(variable, values)], [], []));
        }

        Separators();
        if (Take("do") || Take("{"))
        {
            body.AddRange(Nested("done", "}"));
            _ = Take("done") || Take("}");
        }

        return new Group(start, body, false, Redirects());
    }

    Choice Case(int start)
    {
        reader.Position += 4;
        reader.SkipBlanks();
        var subject = reader.Read();
        Take("in");
        var arms = new List<ChoiceArm>();
        while (true)
        {
            Separators();
            if (reader.AtEnd || Take("esac"))
            {
                break;
            }

            var before = reader.Position;
            arms.Add(new ChoiceArm(Patterns(), Nested(";;", ";&", "esac")));
            while (reader.Current is ';' or '&')
            {
                reader.Position++;
            }

            if (reader.Current == ')' || reader.Position == before)
            {
                reader.Position++;
            }
        }

        Redirects();
        return new Choice(start, subject, arms);
    }

    List<Word> Patterns()
    {
        if (reader.Current == '(')
        {
            reader.Position++;
        }

        var patterns = new List<Word>();
        while (!reader.AtEnd && reader.Current is not (')' or '\n' or ';'))
        {
            reader.SkipBlanks();
            var word = reader.Read();
            if (word.Raw.Length > 0)
            {
                patterns.Add(word);
            }
            else if (reader.Current is not (')' or '\n' or ';'))
            {
                reader.Position++;
            }

            reader.SkipBlanks();
        }

        if (reader.Current == ')')
        {
            reader.Position++;
        }

        return patterns;
    }

    FunctionDefinition Function(int start)
    {
        reader.Position += 8;
        reader.SkipBlanks();
        var name = reader.Read().Raw;
        reader.SkipBlanks();
        if (reader.At("()"))
        {
            reader.Position += 2;
        }

        return Define(start, name);
    }

    FunctionDefinition Define(int start, string name)
    {
        SkipNewlines();
        var body = reader.CanNest ? reader.Nest(() => Command([])) : null;
        return new FunctionDefinition(start, name, body ?? new Group(start, [], false, []));
    }

    Group Braces(int start)
    {
        reader.Position++;
        var body = Nested("}");
        Take("}");
        return new Group(start, body, false, Redirects());
    }

    SimpleCommand Test(int start)
    {
        var words = new List<Word>();
        while (!reader.AtEnd && reader.Current != '\n')
        {
            var at = reader.Position;
            var word = reader.Read();
            if (word.Raw.Length > 0)
            {
                words.Add(word);
            }

            if (word.Raw == "]]")
            {
                break;
            }

            reader.SkipBlanks();
            if (reader.Position == at)
            {
                var length = reader.At("&&") || reader.At("||") ? 2 : 1;
                words.Add(new Word(baseOffset + at, text.Substring(at, length), [new LiteralPart(text.Substring(at, length), false)]));
                reader.Position += length;
                reader.SkipBlanks();
            }
        }

        return new SimpleCommand(start, baseOffset + reader.Position - start, [], words, []);
    }

    ShellNode? Simple(int start)
    {
        var (assignments, words, redirects) = (new List<Assignment>(), new List<Word>(), new List<Redirect>());
        var end = reader.Position;
        while (true)
        {
            reader.SkipBlanks();
            if (reader.AtEnd || reader.Current is '\n' or ';' or '|' or ')')
            {
                break;
            }

            if (reader.Current == '&')
            {
                if (reader.Ahead() != '>')
                {
                    break;
                }

                reader.Position++;
            }

            if (reader.Current is '<' or '>')
            {
                Redirection(redirects);
            }
            else if (reader.Current == '#')
            {
                reader.SkipLine();
                break;
            }
            else if (reader.Current == '(')
            {
                if (words is [{ Literal: { } name, IsQuoted: false }] && FollowedByClose())
                {
                    return Define(start, name);
                }

                if (words.Count == 0 && assignments.Count == 0)
                {
                    break;
                }

                reader.Position++;
            }
            else
            {
                var word = reader.Read();
                if (IsDescriptor(word) && reader.Current is '<' or '>')
                {
                    continue;
                }

                if (words.Count > 0 || !TryAssign(word, assignments))
                {
                    words.Add(word with { Offset = baseOffset + word.Offset });
                }
            }

            end = reader.Position;
        }

        return words.Count + assignments.Count + redirects.Count == 0
            ? null
            : new SimpleCommand(start, baseOffset + end - start, assignments, words, redirects);
    }

    static bool IsDescriptor(Word word) => word.Raw.Length is 1 or 2 && word.Raw.All(char.IsAsciiDigit);

    bool FollowedByClose()
    {
        var at = reader.Position + 1;
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        if (at >= text.Length || text[at] != ')')
        {
            return false;
        }

        reader.Position = at + 1;
        return true;
    }

    bool TryAssign(Word word, List<Assignment> assignments)
    {
        var equals = word.Raw.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || word.Parts[0] is not LiteralPart { IsQuoted: false } head || head.Text.IndexOf('=', StringComparison.Ordinal) is var at && at <= 0)
        {
            return false;
        }

        var name = head.Text[..at].TrimEnd('+');
        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            return false;
        }

        List<WordPart> parts = [new LiteralPart(head.Text[(at + 1)..], false), .. word.Parts.Skip(1)];
        var value = new Word(word.Offset, word.Raw[(equals + 1)..], parts);
        assignments.Add(new Assignment(name, value.Raw.Length == 0 && reader.Current == '(' ? ArrayValues() : [value]));
        return true;
    }

    List<Word> ArrayValues()
    {
        reader.Position++;
        var values = new List<Word>();
        SkipNewlines();
        while (!reader.AtEnd && reader.Current != ')')
        {
            var word = reader.Read();
            if (word.Raw.Length > 0)
            {
                values.Add(word);
            }
            else
            {
                reader.Position++;
            }

            SkipNewlines();
        }

        reader.Position = Math.Min(text.Length, reader.Position + 1);
        return values;
    }

    List<Redirect> Redirects()
    {
        var redirects = new List<Redirect>();
        reader.SkipBlanks();
        while (reader.Current is '<' or '>' || (char.IsAsciiDigit(reader.Current) && reader.Ahead() is '<' or '>'))
        {
            reader.Position += char.IsAsciiDigit(reader.Current) ? 1 : 0;
            Redirection(redirects);
            reader.SkipBlanks();
        }

        return redirects;
    }

    void Redirection(List<Redirect> redirects)
    {
        var start = reader.Position;
        while (reader.Current is '<' or '>' or '&' or '-' or '|' && reader.Position - start < 3)
        {
            reader.Position++;
        }

        var mark = text[start..reader.Position];
        if (mark is "<" or ">" && reader.Current == '(')
        {
            return;
        }

        reader.SkipBlanks();
        var target = reader.Read();
        redirects.Add(new Redirect(mark, target));
        if (mark is "<<" or "<<-" && (target.Literal ?? target.Raw) is { Length: > 0 } delimiter)
        {
            var index = redirects.Count - 1;
            documents.Add(((document, offset) => redirects[index] = redirects[index] with { Document = document, DocumentOffset = offset }, delimiter, mark == "<<-"));
        }
    }

    void ReadDocuments()
    {
        foreach (var (attach, delimiter, stripTabs) in documents)
        {
            var start = reader.Position;
            var end = start;
            while (end < text.Length)
            {
                var lineEnd = text.IndexOf('\n', end);
                lineEnd = lineEnd < 0 ? text.Length : lineEnd;
                var line = text.AsSpan(end, lineEnd - end).TrimEnd('\r');
                if ((stripTabs ? line.TrimStart('\t') : line).SequenceEqual(delimiter) || line.Trim().SequenceEqual(delimiter))
                {
                    attach(text[start..end], baseOffset + start);
                    reader.Position = Math.Min(text.Length, lineEnd + 1);
                    end = -1;
                    break;
                }

                end = Math.Min(text.Length, lineEnd + 1);
            }

            if (end >= 0)
            {
                attach(text[start..], baseOffset + start);
                reader.Position = text.Length;
            }
        }

        documents.Clear();
    }
}
