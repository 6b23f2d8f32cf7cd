using System.Text;
using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>
/// Files of named queries, from which sqlc, PgTyped, yesql and their like make code: <c>-- name: GetUser :one</c>,
/// <c>/* @name GetUser */</c>. Pure.
/// </summary>
static partial class NamedQueries
{
    /// <summary>True for a file that names its queries. Migrations and seeds do not.</summary>
    public static bool AreIn(string text) => NameComment().IsMatch(text);

    /// <summary>The queries with parameters as the server takes them; null when the file cannot be taken apart.</summary>
    public static IReadOnlyList<string>? Read(string text)
    {
        try
        {
            return [.. StatementSplitter.Split(text, "queries").Statements.Select(statement => Numbered(statement.Text))];
        }
        catch (GateException)
        {
            return null;
        }
    }

    /// <summary>Writes <c>$1</c> for <c>@name</c>, <c>:name</c> and <c>sqlc.arg(name)</c>: the same number for the same name.</summary>
    internal static string Numbered(string text)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var plain = SqlcArgument().Replace(
            text,
            match => match.Groups["function"].Value == "embed" ? $"{match.Groups["name"].Value}.*" : $"@{match.Groups["name"].Value}");
        var result = new StringBuilder(plain.Length);
        var lexer = new Lexer(plain);
        var (end, mark, isBehindName) = (0, "", false);
        while (lexer.Next(out var token))
        {
            var word = token.In(plain).ToString();
            var isTouching = token.Start == end;
            if (token.Kind == TokenKind.Parameter)
            {
                return plain; // it has numbers already
            }

            if (mark.Length > 0)
            {
                var isName = token.Kind == TokenKind.Word && isTouching;
                var number = isName && numbers.TryGetValue(word, out var known) ? known : numbers.Count + 1;
                if (isName)
                {
                    numbers[word] = number;
                }

                result.Append(isName ? $"${number}" : $"{mark}{plain[end..token.Start]}{word}");
                (mark, end, isBehindName) = ("", token.End, isName);
                continue;
            }

            if (isBehindName && isTouching && word == "!")
            {
                (end, isBehindName) = (token.End, false); // PgTyped: not null
                continue;
            }

            isBehindName = false;
            result.Append(plain, end, token.Start - end);
            if (word is "@" or ":")
            {
                mark = word;
            }
            else
            {
                result.Append(word);
            }

            end = token.End;
        }

        return result.Append(mark).ToString();
    }

    [GeneratedRegex(@"^\s*--\s*name:\s*\S+|/\*+\s*@name\s+\w+", RegexOptions.Multiline)]
    private static partial Regex NameComment();

    [GeneratedRegex("""\bsqlc\.(?<function>arg|narg|slice|embed)\(\s*['"]?(?<name>\w+)['"]?\s*\)""")]
    private static partial Regex SqlcArgument();
}
