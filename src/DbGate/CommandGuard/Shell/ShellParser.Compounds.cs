namespace DbGate.CommandGuard.Shell;

/// <content>Commands that hold commands: groups, loops, choices, functions.</content>
sealed partial class ShellParser
{
    ShellNode Parenthesis(int start)
    {
        if (reader.At("(("))
        {
            var (close, lineEnd) = (reader.Next("))"), reader.Next("\n"));
            if (close >= 0 && (lineEnd < 0 || close < lineEnd)
                && IsArithmetic(text.AsSpan(reader.Position + 2, Math.Max(0, close - reader.Position - 2))))
            {
                reader.Position = close + 2;
                return new Group(start, [], false, []);
            }
        }

        reader.Position++;
        if (!reader.CanNest)
        {
            return new TooDeep(start);
        }

        var body = Nested();
        if (reader.Current == ')')
        {
            reader.Position++;
        }

        return new Group(start, body, true, Redirects());
    }

    /// <summary>False for a text with two words in a row: that is a command in two groups.</summary>
    static bool IsArithmetic(ReadOnlySpan<char> inner)
    {
        for (var index = 1; index + 1 < inner.Length; index++)
        {
            if (inner[index] is ' ' or '\t' && char.IsLetterOrDigit(inner[index - 1])
                && (char.IsLetterOrDigit(inner[index + 1]) || inner[index + 1] == '-' && index + 2 < inner.Length
                && inner[index + 2] == '-'))
            {
                return false;
            }
        }

        return true;
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
        return new FunctionDefinition(start, name, body ?? new TooDeep(start));
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
}
