using System.Text;

namespace DbGate.CommandGuard.Shell;

/// <content>What a shell puts in place of what is there: parameters, substitutions, escapes.</content>
sealed partial class WordReader
{
    void Dollar(List<WordPart> parts, bool isQuoted)
    {
        var next = Ahead();
        if (next == '\'' && !isQuoted)
        {
            Flush(parts, isQuoted);
            Position += 2;
            AnsiQuoted(parts);
        }
        else if (next == '"' && !isQuoted)
        {
            Position++;
        }
        else if (At("${{"))
        {
            Flush(parts, isQuoted);
            Opaque(parts, "}}", isQuoted);
        }
        else if (At("$(("))
        {
            Flush(parts, isQuoted);
            Opaque(parts, "))", isQuoted);
        }
        else if (next == '(')
        {
            Flush(parts, isQuoted);
            Position += 2;
            parts.Add(CanNest
                ? new SubstitutionPart(Nest(new ShellParser(text, this).UntilParenthesis), isQuoted)
                : new OpaquePart("$(", isQuoted));
        }
        else if (next == '{')
        {
            Flush(parts, isQuoted);
            Braced(parts, isQuoted);
        }
        else if (IsNameStart(next))
        {
            Flush(parts, isQuoted);
            var start = ++Position;
            while (IsName(Current))
            {
                Position++;
            }

            parts.Add(new ParameterPart(text[start..Position], null, isQuoted));
        }
        else if (char.IsAsciiDigit(next) || next is '@' or '*' or '#' or '?' or '$' or '!' or '-')
        {
            Flush(parts, isQuoted);
            parts.Add(new ParameterPart(next.ToString(), null, isQuoted));
            Position += 2;
        }
        else
        {
            literal.Append('$');
            Position++;
        }
    }

    /// <summary><c>&lt;( … )</c> or <c>&gt;( … )</c>: runs commands, and is the name of a pipe.</summary>
    public Word ProcessSubstitution()
    {
        var start = Position;
        Position += 2;
        WordPart part = CanNest ? new SubstitutionPart(Nest(new ShellParser(text, this).UntilParenthesis), false)
            : new OpaquePart("<(", false);
        return new Word(start, text[start..Math.Min(text.Length, Position)], [part]);
    }

    void Braced(List<WordPart> parts, bool isQuoted)
    {
        var start = Position;
        Position += 2;
        if (!CanNest)
        {
            parts.Add(new OpaquePart("${", isQuoted));
            return;
        }

        var nameStart = Position;
        while (IsName(Current) || (Position == nameStart && Current is '@' or '*' or '#' or '!'))
        {
            Position++;
        }

        var name = text[nameStart..Position];
        if (At("[@]") || At("[*]"))
        {
            Position += 3;
        }

        if (Current == '}')
        {
            Position++;
            parts.Add(new ParameterPart(name, null, isQuoted));
            return;
        }

        var isDefault = At(":-") || At(":=") || Current is '-' or '=';
        Position += isDefault ? Current == ':' ? 2 : 1 : 0;
        var inner = new List<WordPart>();
        var wordStart = Position;
        UntilBrace(inner);
        var word = new Word(wordStart, text[wordStart..Math.Max(wordStart, Position - 1)], inner);
        parts.Add(isDefault && name.Length > 0 ? new ParameterPart(name, word, isQuoted) : new OpaquePart(text[start..Position], isQuoted));
    }

    void UntilBrace(List<WordPart> parts)
    {
        depth++;
        while (!AtEnd && Current != '}')
        {
            Part(parts, isQuoted: false);
        }

        depth--;
        Flush(parts, isQuoted: false);
        Position = Math.Min(text.Length, Position + 1);
    }

    void Opaque(List<WordPart> parts, string close, bool isQuoted)
    {
        var start = Position;
        var end = Next(close);
        Position = end < 0 ? Math.Min(text.Length, Position + 3) : end + close.Length;
        parts.Add(new OpaquePart(text[start..Position], isQuoted));
    }

    void Backticks(List<WordPart> parts, bool isQuoted)
    {
        var inner = new StringBuilder();
        var start = ++Position;
        while (!AtEnd && Current != '`')
        {
            if (Current == '\\' && Ahead() is '`' or '\\' or '$')
            {
                Position++;
            }

            inner.Append(Current);
            Position++;
        }

        Position = Math.Min(text.Length, Position + 1);
        parts.Add(CanNest
            ? new SubstitutionPart(ShellParser.Parse(inner.ToString(), baseOffset + start, depth + 1), isQuoted)
            : new OpaquePart("`", isQuoted));
    }

    void AnsiQuoted(List<WordPart> parts)
    {
        while (!AtEnd && Current != '\'')
        {
            if (Current != '\\' || Ahead() == '\0')
            {
                literal.Append(Current);
                Position++;
                continue;
            }

            Position++;
            switch (Current)
            {
                case 'n': literal.Append('\n'); Position++; break;
                case 't': literal.Append('\t'); Position++; break;
                case 'r': literal.Append('\r'); Position++; break;
                case 'x': Position++; Code(16, 2); break;
                case 'u': Position++; Code(16, 4); break;
                case >= '0' and <= '7': Code(8, 3); break;
                default: literal.Append(Current); Position++; break;
            }
        }

        Position = Math.Min(text.Length, Position + 1);
        Flush(parts, isQuoted: true);
    }

    void Code(int numberBase, int longest)
    {
        var value = 0;
        for (var read = 0; read < longest && Digit(Current) is var digit && digit < numberBase; read++)
        {
            value = (value * numberBase) + digit;
            Position++;
        }

        literal.Append((char)value);
    }
}
