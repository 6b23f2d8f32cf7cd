namespace DbGate.CommandGuard.Shell;

/// <content>Commands that hold words: assignments, arguments, redirections, here-documents.</content>
sealed partial class ShellParser
{
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

            if (reader.Current is '<' or '>' && reader.Ahead() == '(')
            {
                var substitution = reader.ProcessSubstitution();
                words.Add(substitution with { Offset = baseOffset + substitution.Offset });
            }
            else if (reader.Current is '<' or '>')
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
        if (Subscripted().IsMatch(word.Raw) && word.Parts[0] is LiteralPart { IsQuoted: false } array)
        {
            // An element of an array: its subscript may be a value, which no command is.
            assignments.Add(new Assignment(array.Text[..array.Text.IndexOf('[', StringComparison.Ordinal)],
                [word with { Parts = [new OpaquePart(word.Raw, false)] }]));
            return true;
        }

        var equals = word.Raw.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || word.Parts[0] is not LiteralPart { IsQuoted: false } head
            || head.Text.IndexOf('=', StringComparison.Ordinal) is var at && at <= 0)
        {
            return false;
        }

        var name = head.Text[..at].TrimEnd('+');
        name = name.EndsWith(']') && name.IndexOf('[', StringComparison.Ordinal) is > 0 and var subscript ? name[..subscript] : name;
        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_')
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            return false;
        }

        List<WordPart> parts = [new LiteralPart(head.Text[(at + 1)..], false), .. word.Parts.Skip(1)];
        var value = new Word(word.Offset, word.Raw[(equals + 1)..], parts);
        assignments.Add(new Assignment(name, value.Raw.Length == 0 && reader.Current == '(' ? ArrayValues() : [value]));
        return true;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"^[A-Za-z_]\w*\[[^\]=]*\$[^\]=]*\]\+?=")]
    private static partial System.Text.RegularExpressions.Regex Subscripted();

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
            documents.Add(((document, offset) => redirects[index] = redirects[index] with { Document = document, DocumentOffset = offset },
                delimiter, mark == "<<-"));
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
