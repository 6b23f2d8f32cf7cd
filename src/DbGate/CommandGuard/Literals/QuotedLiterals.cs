using System.Text;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Literals;

/// <summary>
/// Texts with a delimiter of the author's choice: <c>%q(…)</c>, <c>%w[…]</c>, <c>%x{…}</c> of Ruby and <c>q(…)</c>, <c>qw(…)</c>,
/// <c>qx{…}</c> of Perl. A list of words is read as the line of its words; what runs is read as a call of <c>system</c>.
/// </summary>
static class QuotedLiterals
{
    const string RubyKinds = "qQwWxiI";

    /// <summary>Reads one at the position, when there is one.</summary>
    /// <param name="text">The program.</param>
    /// <param name="language">Its language.</param>
    /// <param name="tokens">The tokens so far; receives the literal's.</param>
    /// <param name="at">The position; moved behind the literal.</param>
    /// <returns>True when one was read.</returns>
    public static bool TryRead(string text, Language language, List<ProgramToken> tokens, ref int at)
    {
        var (kind, delimiter) = language switch
        {
            Language.Ruby => Ruby(text, at, tokens),
            Language.Perl => Perl(text, at),
            _ => default,
        };
        if (delimiter == 0 || delimiter >= text.Length)
        {
            return false;
        }

        var start = at;
        at = delimiter;
        var value = Content(text, ref at, language == Language.Ruby && kind is not ('q' or 'w' or 'i'));
        if (kind == 'x')
        {
            tokens.Add(new ProgramToken(TokenKind.Name, "system", start));
        }

        tokens.Add(new ProgramToken(TokenKind.Text, value, start));
        return true;
    }

    static (char Kind, int Delimiter) Ruby(string text, int at, List<ProgramToken> tokens) =>
        text[at] != '%' || at + 2 >= text.Length ? default
        : RubyKinds.Contains(text[at + 1], StringComparison.Ordinal) && IsDelimiter(text[at + 2]) ? (text[at + 1], at + 2)
        : IsOpening(text[at + 1]) && !IsValue(tokens) ? ('Q', at + 1)
        : default;

    static (char Kind, int Delimiter) Perl(string text, int at)
    {
        if (text[at] != 'q' || (at > 0 && (text[at - 1] is '$' or '@' or '%' or '&' or '>' or '{' || char.IsLetterOrDigit(text[at - 1]))))
        {
            return default;
        }

        var end = at + 1 < text.Length && text[at + 1] is 'q' or 'w' or 'x' ? at + 2 : at + 1;
        var kind = end == at + 2 ? text[at + 1] : 'q';
        var delimiter = end;
        while (delimiter < text.Length && char.IsWhiteSpace(text[delimiter]))
        {
            delimiter++;
        }

        return delimiter < text.Length && IsDelimiter(text[delimiter]) && !(delimiter > end && text[delimiter] == '#')
            ? (kind, delimiter)
            : default;
    }

    /// <summary>After a value the sign is Ruby's operator.</summary>
    static bool IsValue(List<ProgramToken> tokens) => tokens.Count > 0 && tokens[^1] switch
    {
        { Kind: TokenKind.Text } => true,
        { Kind: TokenKind.Mark } mark => mark.Is(')') || mark.Is(']') || mark.Is('}'),
        var name => name.Text is not ("system" or "exec" or "spawn" or "sh" or "run" or "return" or "puts"),
    };

    static bool IsDelimiter(char c) => !char.IsLetterOrDigit(c) && !char.IsWhiteSpace(c) && c is not (',' or ';' or '=' or ')' or '_');

    static bool IsOpening(char c) => c is '(' or '[' or '{' or '<' or '|' or '!';

    static string Content(string text, ref int at, bool hasInsertions)
    {
        var open = text[at++];
        var close = open switch { '(' => ')', '[' => ']', '{' => '}', '<' => '>', _ => open };
        var (depth, value) = (1, new StringBuilder());
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\' && at + 1 < text.Length)
            {
                value.Append(text[++at]);
                continue;
            }

            if (hasInsertions && c == '#' && at + 1 < text.Length && text[at + 1] == '{')
            {
                var end = text.IndexOf('}', at);
                at = end < 0 ? text.Length - 1 : end;
                value.Append(Argument.Unknown);
                continue;
            }

            depth += c == close ? -1 : c == open ? 1 : 0;
            if (depth == 0)
            {
                at++;
                break;
            }

            value.Append(c);
        }

        return value.ToString();
    }
}
