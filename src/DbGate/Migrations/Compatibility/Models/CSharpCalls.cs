using System.Text.RegularExpressions;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>One statement of a builder: <c>b.Property&lt;int&gt;("Id").HasColumnName("id")</c>.</summary>
/// <param name="Method">The first method.</param>
/// <param name="Texts">The literals among its arguments.</param>
/// <param name="Chain">The whole statement without blocks.</param>
/// <param name="Body">The block among its arguments; empty without one.</param>
sealed record BuilderCall(string Method, IReadOnlyList<string> Texts, string Chain, string Body);

/// <summary>Takes generated code apart, as far as blocks, statements and literals. Pure, and linear.</summary>
static partial class CSharpCalls
{
    /// <summary>What is between the braces of the first block from a place on.</summary>
    public static string Body(string code, int from)
    {
        var (depth, start) = (0, -1);
        for (var at = from; at < code.Length; at = Skip(code, at))
        {
            if (code[at] == '{' && depth++ == 0)
            {
                start = at + 1;
            }
            else if (code[at] == '}' && --depth == 0)
            {
                return code[start..at];
            }
        }

        return "";
    }

    /// <summary>The statements of a block.</summary>
    public static IEnumerable<BuilderCall> Statements(string body)
    {
        var (depth, start) = (0, 0);
        for (var at = 0; at < body.Length; at = Skip(body, at))
        {
            depth += body[at] is '(' or '{' ? 1 : body[at] is ')' or '}' ? -1 : 0;
            if (body[at] == ';' && depth == 0)
            {
                if (Read(body[start..at].Trim()) is { } call)
                {
                    yield return call;
                }

                start = at + 1;
            }
        }
    }

    static BuilderCall? Read(string statement)
    {
        var brace = statement.IndexOf("=>", StringComparison.Ordinal) is >= 0 and var arrow
            ? statement.IndexOf('{', arrow) : -1;
        var inner = brace < 0 ? "" : Body(statement, brace);
        var chain = brace < 0 ? statement : $"{statement[..brace]}{statement[Math.Min(statement.Length, brace + inner.Length + 2)..]}";
        if (FirstCall().Match(chain) is not { Success: true } match)
        {
            return null;
        }

        var (depth, end) = (0, match.Index + match.Length - 1);
        for (var at = end; at < chain.Length; at = Skip(chain, at))
        {
            depth += chain[at] == '(' ? 1 : chain[at] == ')' ? -1 : 0;
            end = at;
            if (depth == 0)
            {
                break;
            }
        }

        var arguments = chain[(match.Index + match.Length)..Math.Max(match.Index + match.Length, end)];
        return new(match.Groups[1].Value, [.. Literal().Matches(arguments).Select(text => text.Groups[1].Value)], chain, inner);
    }

    /// <summary>The next character that is not inside of a literal.</summary>
    static int Skip(string code, int at)
    {
        if (code[at] != '"')
        {
            return at + 1;
        }

        for (at++; at < code.Length && code[at] != '"'; at++)
        {
            at += code[at] == '\\' ? 1 : 0;
        }

        return at + 1;
    }

    [GeneratedRegex(@"^\w+\s*\.(\w+)(?:<[^;]*?>)?\(")]
    private static partial Regex FirstCall();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Literal();
}
