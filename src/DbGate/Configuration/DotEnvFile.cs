using System.Text;
using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>One assignment of a <c>.env</c> file.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">Its value, unquoted and expanded.</param>
/// <param name="Line">One-based line of the assignment.</param>
public sealed record DotEnvEntry(string Name, string Value, int Line);

/// <summary>
/// Reads <c>.env</c> files by the rules of npm's dotenv, which Prisma uses: <c>export</c>, three kinds of quotes, values over
/// several lines in quotes, <c>\n</c> in double quotes, comments after a blank, <c>${NAME}</c> outside single quotes.
/// Unlike it, a line that is no assignment is an error with its number, because a lost line is a lost setting.
/// </summary>
static class DotEnvFile
{
    public static IReadOnlyList<DotEnvEntry> Read(string path, string shownAs)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)), shownAs);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(ConfigurationProblems.UnreadableFile(shownAs, exception.Message), exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new GateException(ConfigurationProblems.BrokenDotEnv(shownAs, null, "it is not UTF-8"), exception);
        }
    }

    public static IReadOnlyList<DotEnvEntry> Parse(string text, string shownAs)
    {
        var entries = new List<DotEnvEntry>();
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var start = i;
            var (name, rest) = Assignment(line) ?? throw Broken(shownAs, start, "it is no NAME=value line");
            entries.Add(new DotEnvEntry(name, Value(rest, lines, ref i, shownAs, entries), start + 1));
        }

        return entries;
    }

    static (string Name, string Value)? Assignment(string line)
    {
        var text = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals > 0 ? text[..equals].TrimEnd() : "";
        var valid = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        return valid ? (name, text[(equals + 1)..].TrimStart()) : null;
    }

    static string Value(string rest, string[] lines, ref int i, string shownAs, List<DotEnvEntry> before)
    {
        if (rest is not [('"' or '\'' or '`') and var quote, ..])
        {
            var comment = rest.StartsWith('#') ? 0 : rest.IndexOf(" #", StringComparison.Ordinal);
            return Expand((comment < 0 ? rest : rest[..comment]).Trim(), before);
        }

        var start = i;
        var body = new StringBuilder(rest[1..]);
        int end;
        while ((end = ClosingQuote(body, quote)) < 0)
        {
            if (++i == lines.Length)
            {
                throw Broken(shownAs, start, $"its quote {quote} is never closed");
            }

            body.Append('\n').Append(lines[i]);
        }

        var after = body.ToString(end + 1, body.Length - end - 1).Trim();
        if (after.Length > 0 && after[0] != '#')
        {
            throw Broken(shownAs, start, "something follows its closing quote");
        }

        var value = body.ToString(0, end);
        return quote switch
        {
            '"' => Expand(value.Replace("\\n", "\n").Replace("\\r", "\r").Replace("\\\"", "\""), before),
            '`' => Expand(value, before),
            _ => value,
        };
    }

    static int ClosingQuote(StringBuilder body, char quote)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == quote && !(quote == '"' && i > 0 && body[i - 1] == '\\'))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary><c>${NAME}</c> from the process or an earlier line; an unknown name becomes empty, as in dotenv-expand.</summary>
    static string Expand(string value, List<DotEnvEntry> before)
    {
        var from = 0;
        while (value.IndexOf("${", from, StringComparison.Ordinal) is >= 0 and var at)
        {
            var close = value.IndexOf('}', at);
            if (close < 0)
            {
                break;
            }

            if (at > 0 && value[at - 1] == '\\')
            {
                value = value.Remove(at - 1, 1);
                from = close;
                continue;
            }

            var name = value[(at + 2)..close];
            var replacement = Environment.GetEnvironmentVariable(name) ?? before.LastOrDefault(entry => entry.Name == name)?.Value ?? "";
            value = value[..at] + replacement + value[(close + 1)..];
            from = at + replacement.Length;
        }

        return value;
    }

    static GateException Broken(string shownAs, int line, string why) => new(ConfigurationProblems.BrokenDotEnv(shownAs, line + 1, why));
}
