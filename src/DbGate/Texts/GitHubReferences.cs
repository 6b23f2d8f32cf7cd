using System.Text.RegularExpressions;

namespace DbGate.Texts;

/// <summary>
/// Keeps GitHub from reading references in foreign text: a table called <c>@torvalds</c> notifies no person, and <c>#1</c> links nothing.
/// GitHub looks for references after it has decoded entities and backslashes, so a zero-width space (U+200B) breaks each of them. Code
/// spans and fences need none: GitHub looks for nothing there.
/// </summary>
static partial class GitHubReferences
{
    const char Break = '\u200B';

    /// <summary>The text with every mention, issue, pull request, commit and address broken; breaking twice changes nothing.</summary>
    public static string Neutralize(string text) =>
        Reference().Replace(text, match => match.Value.Insert(match.Groups["head"].Length, Break.ToString()));

    // A mention (@name, @team/name) or an email address · an issue (#1, owner/name#1) · GH-1 · an address with or without its scheme ·
    // a commit's hash of 7 to 40 digits. Numbers that are shorter than a whole hash are numbers.
    [GeneratedRegex(
        """
        (?<head>@)(?=[^\s\u200B])
        | (?<head>\#)(?=[0-9])
        | (?<head>\bGH-)(?=[0-9])
        | (?<head>(?:https?|ftp):)(?=//)
        | (?<head>\bwww)(?=\.)
        | (?<![0-9a-z_\u200B])(?<head>[0-9a-f])(?=[0-9a-f]{6,39}(?![0-9a-z_]))(?=[0-9]*[a-f]|[0-9]{39})
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
