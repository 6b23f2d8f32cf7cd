using System.Text;

namespace DbGate.Texts;

/// <summary>Makes foreign text harmless in Markdown.</summary>
static class MarkdownText
{
    /// <summary>
    /// Text that cannot leave its cell, start a heading, become markup, or refer to a person, an issue or a commit on GitHub.
    /// </summary>
    public static string Cell(string? value)
    {
        var line = GitHubReferences.Neutralize(TextSanitizer.Line(value));
        var text = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            _ = c switch
            {
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '&' => text.Append("&amp;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!' => text.Append('\\').Append(c),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }

    /// <summary>
    /// Foreign text in which GitHub finds no person, issue, commit or address; for titles and other places without Markdown.
    /// </summary>
    public static string WithoutReferences(string text) => GitHubReferences.Neutralize(text);
}
