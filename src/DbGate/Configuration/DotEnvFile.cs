using System.Text;
using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>One assignment of a <c>.env</c> file.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">Its value, unquoted and expanded.</param>
/// <param name="Line">One-based line of the assignment.</param>
sealed record DotEnvEntry(string Name, string Value, int Line);

/// <summary>
/// Reads <c>.env</c> files by the rules of npm's dotenv, which Prisma's projects use: <c>export</c>, three kinds of quotes, values over
/// several lines in quotes, <c>\n</c> in double quotes, a comment from <c>#</c> on; and <c>${NAME}</c> outside single quotes.
/// Unlike it, a line that is no assignment is an error with its number, because a lost line is a lost setting.
/// </summary>
static class DotEnvFile
{
    public static IReadOnlyList<DotEnvEntry> Read(string path, string shownAs, IReadOnlyDictionary<string, string> process)
    {
        if (!Path.Exists(path) || Directory.Exists(path))
        {
            return [];
        }

        try
        {
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(RegularFile.ReadAllBytes(path)), shownAs, process);
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

    public static IReadOnlyList<DotEnvEntry> Parse(string text, string shownAs, IReadOnlyDictionary<string, string> process)
    {
        var entries = new List<DotEnvEntry>();
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart(); // what stands at its end may be within quotes
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var start = i;
            var (name, rest) = Assignment(line) ?? throw Broken(shownAs, start, "it is no NAME=value line");
            var (value, expands) = Value(rest, lines, ref i, shownAs);
            entries.Add(new DotEnvEntry(name, expands ? Expand(value, Known) : value, start + 1));
        }

        return entries;

        string? Known(string name) => process.GetValueOrDefault(name) ?? entries.LastOrDefault(entry => entry.Name == name)?.Value;
    }

    static (string Name, string Value)? Assignment(string line)
    {
        var text = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals > 0 ? text[..equals].TrimEnd() : "";
        var valid = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        return valid ? (name, text[(equals + 1)..].TrimStart()) : null;
    }

    static (string Value, bool Expands) Value(string rest, string[] lines, ref int i, string shownAs)
    {
        if (rest is not [('"' or '\'' or '`') and var quote, ..])
        {
            return (rest.Split('#')[0].Trim(), true);
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
            '"' => (value.Replace("\\n", "\n").Replace("\\r", "\r"), true),
            '`' => (value, true),
            _ => (value, false),
        };
    }

    static int ClosingQuote(StringBuilder body, char quote)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == quote && !(i > 0 && body[i - 1] == '\\'))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary><c>${NAME}</c> from the process or an earlier line; an unknown name becomes empty, as in dotenv-expand.</summary>
    static string Expand(string value, Func<string, string?> known)
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
            var replacement = known(name) ?? "";
            value = value[..at] + replacement + value[(close + 1)..];
            from = at + replacement.Length;
        }

        return value;
    }

    static GateException Broken(string shownAs, int line, string why) => new(ConfigurationProblems.BrokenDotEnv(shownAs, line + 1, why));
}
