using System.Collections.Frozen;
using System.Text.RegularExpressions;
using DbGate.CommandGuard.Commands;

namespace DbGate.CommandGuard.Literals;

/// <summary>A module that a program loads.</summary>
/// <param name="Offset">Where it is named.</param>
/// <param name="Module">The module as it is written; in Python, a name behind a colon may be a module in it.</param>
/// <param name="Names">The names that it is known by in the program.</param>
sealed record ProgramImport(int Offset, string Module, FrozenSet<string> Names);

/// <summary>Finds what programs import. Pure.</summary>
static partial class ProgramImports
{
    public static IReadOnlyList<ProgramImport> Read(string text, List<ProgramToken> tokens, Language language) => language switch
    {
        Language.Python => [.. Python(text)],
        Language.Go => [.. Go(text)],
        Language.JavaScript => [.. JavaScript(tokens)],
        Language.Ruby => [.. Files(RubyImport(), text)],
        Language.Php => [.. Files(PhpImport(), text)],
        _ => [],
    };

    static IEnumerable<ProgramImport> JavaScript(List<ProgramToken> tokens)
    {
        for (var index = 1; index < tokens.Count; index++)
        {
            var token = tokens[index];
            if (token.Kind != TokenKind.Text || token.Text.Length == 0)
            {
                continue;
            }

            var before = tokens[index - 1];
            var isCall = before.Is('(') && index > 1 && tokens[index - 2].Text is "require" or "import";
            if (isCall || (before.Kind == TokenKind.Name && before.Text is "from" or "import"))
            {
                yield return new ProgramImport(token.Offset, token.Text, Names(tokens, isCall ? index - 3 : index - 2));
            }
        }
    }

    /// <summary>The names between the keyword and the module.</summary>
    static FrozenSet<string> Names(List<ProgramToken> tokens, int from)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = from; at >= 0 && at > from - 200 && !tokens[at].Is(';')
            && tokens[at].Text is not ("import" or "const" or "let" or "var" or "export"); at--)
        {
            if (tokens[at].Kind == TokenKind.Text)
            {
                break;
            }

            if (tokens[at].Kind == TokenKind.Name && tokens[at].Text is not ("as" or "type" or "await"))
            {
                names.Add(tokens[at].Text);
            }
        }

        return names.ToFrozenSet(StringComparer.Ordinal);
    }

    static IEnumerable<ProgramImport> Python(string text)
    {
        if (!text.Contains("import", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (Match match in PythonImport().Matches(text))
        {
            if (match.Groups["from"].Success)
            {
                var members = match.Groups["names"].Value.Split([',', '(', ')', '\n', '\r', '\\'],
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(part => part.Split('#')[0].Split(" as ")).Where(parts => parts[0].Length > 0).ToList();
                foreach (var member in members)
                {
                    yield return new ProgramImport(match.Index + match.Length - match.Value.TrimStart().Length,
                        $"{match.Groups["from"].Value}:{member[0].Trim()}", Set(member[^1].Trim()));
                }
            }
            else
            {
                foreach (var part in match.Groups["modules"].Value.Split(',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(" as ")))
                {
                    yield return new ProgramImport(match.Index, part[0].Trim(), Set(part[^1].Trim(), part[0].Split('.')[0].Trim()));
                }
            }
        }
    }

    static IEnumerable<ProgramImport> Go(string text)
    {
        foreach (Match block in GoImport().Matches(text))
        {
            foreach (Match path in GoPath().Matches(block.Value))
            {
                yield return new ProgramImport(block.Index + path.Index, path.Groups[1].Value, Set(path.Groups[1].Value.Split('/')[^1]));
            }
        }
    }

    /// <summary>Programs that other programs load by their path.</summary>
    static IEnumerable<ProgramImport> Files(Regex pattern, string text) =>
        pattern.Matches(text)
            .Select(match => new ProgramImport(match.Index + match.Length - match.Value.TrimStart().Length, match.Groups["path"].Value,
            Set()));

    static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(
        @"^[ \t]*(?:from[ \t]+(?<from>\.*[\w.]*)[ \t]+import[ \t]+(?<names>\([^)]*\)|[^\r\n#]+)|import[ \t]+(?<modules>[\w., \t]+))",
        RegexOptions.Multiline)]
    private static partial Regex PythonImport();

    [GeneratedRegex("""^[ \t]*(?:require_relative|load|require)[ \t(]+["'](?<path>[^"'\n#]+)["']""", RegexOptions.Multiline)]
    private static partial Regex RubyImport();

    [GeneratedRegex(
        """^[ \t]*(?:return[ \t]+|\$\w+[ \t]*=[ \t]*)?(?:require|include)(?:_once)?[ \t(]+(?:__DIR__|dirname\(__FILE__\))?[ \t.]*["'](?<path>[^"'\n$]+)["']""", RegexOptions.Multiline)]
    private static partial Regex PhpImport();

    [GeneratedRegex(@"^import\s+(?:\([^)]*\)|[\w.]*\s*""[^""]+"")", RegexOptions.Multiline)]
    private static partial Regex GoImport();

    [GeneratedRegex(@"""([^""\n]+)""")]
    private static partial Regex GoPath();
}
