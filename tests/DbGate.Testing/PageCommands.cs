using System.Text.RegularExpressions;

namespace DbGate.Testing;

/// <summary>The commands that a page shows in its code, read from the text itself.</summary>
public static partial class PageCommands
{
    /// <summary>The README, and every guide.</summary>
    public static IEnumerable<string> Guides =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "guides"), "*.md")
            .Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Prepend("README.md");

    /// <summary>Every call of <c>dbgate</c> or <c>build.sh</c>, with its options.</summary>
    /// <param name="page">The page, from the repository's root.</param>
    public static IEnumerable<string> Of(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");
        text = Continued().Replace(text, " ");
        return Code().Matches(text).SelectMany(code => code.Groups["code"].Value.Split('\n'))
            .SelectMany(line => Command().Matches(line).Select(match => match.Value.TrimEnd('\\', ' ')))
            .Where(command => command.Contains(' ', StringComparison.Ordinal));
    }

    /// <summary>In the spelling of the tool: <c>./build.sh --target=backup</c> is <c>dbgate backup</c>.</summary>
    /// <param name="command">As a page has it.</param>
    public static string OfTool(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Script().Replace(command, "dbgate").Replace("--target=", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    // Fences, indented blocks and code spans.
    [GeneratedRegex(
        @"```[a-z]*\n(?<code>.*?)```|^    (?<code>[^\n]+)$|`(?<code>[^`\n]+)`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<![\w/.-])(?:dbgate|(?:\./|\.\./|/srv/|\./dbgate/)?(?:dbgate/)?build\.sh)(?= )(?:<[^<>\n]*>|[^|&;#>`()<])*")]
    private static partial Regex Command();

    [GeneratedRegex(@"^\S*build\.sh")]
    private static partial Regex Script();
}
