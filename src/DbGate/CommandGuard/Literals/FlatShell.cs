using System.Text;
using DbGate.CommandGuard.Commands;

namespace DbGate.CommandGuard.Literals;

/// <summary>Rewrites PowerShell and batch files, line by line, into text that the shell reader understands. Lines keep their
/// numbers.</summary>
static class FlatShell
{
    public static string ToShell(string text, Language language)
    {
        var result = new StringBuilder(text.Length + 16);
        var inComment = false;
        foreach (var physical in text.Split('\n'))
        {
            var line = physical.TrimEnd('\r');
            if (language == Language.PowerShell)
            {
                line = PowerShell(line, ref inComment);
            }
            else
            {
                line = Batch(line);
            }

            result.Append(line).Append('\n');
        }

        return result.ToString();
    }

    static string PowerShell(string line, ref bool inComment)
    {
        if (inComment)
        {
            inComment = !line.Contains("#>", StringComparison.Ordinal);
            return "";
        }

        if (line.TrimStart().StartsWith("<#", StringComparison.Ordinal))
        {
            inComment = !line.Contains("#>", StringComparison.Ordinal);
            return "";
        }

        var trimmed = line.TrimEnd();
        var continued = trimmed.EndsWith('`');
        var body = (continued ? trimmed[..^1] : line).Replace("`", "", StringComparison.Ordinal)
            .Replace("$env:", "", StringComparison.OrdinalIgnoreCase);
        return Unbraced(body.TrimStart().StartsWith('&') ? body.TrimStart()[1..] : body) + (continued ? "\\" : "");
    }

    static string Batch(string line)
    {
        var body = line.TrimStart().TrimStart('@');
        if (body.StartsWith("rem ", StringComparison.OrdinalIgnoreCase) || body.StartsWith("::", StringComparison.Ordinal)
            || body.StartsWith(':'))
        {
            return "";
        }

        body = body.StartsWith("call ", StringComparison.OrdinalIgnoreCase) ? body[5..].TrimStart() : body;
        var continued = body.EndsWith('^');
        body = (continued ? body[..^1] : body).Replace("'", "", StringComparison.Ordinal).Replace('\\', '/');
        return Unbraced(body.StartsWith("if ", StringComparison.OrdinalIgnoreCase)
            || body.StartsWith("for ", StringComparison.OrdinalIgnoreCase) ? "wrapped-" + body : body) + (continued ? "\\" : "");
    }

    /// <summary>Blocks become lists: what they hold is what matters.</summary>
    static string Unbraced(string line) => line.Replace("{", ";", StringComparison.Ordinal).Replace("}", ";", StringComparison.Ordinal)
        .Replace("(", " ", StringComparison.Ordinal).Replace(")", " ; ", StringComparison.Ordinal);
}
