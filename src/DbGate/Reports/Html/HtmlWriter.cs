using System.Text;
using DbGate.Problems;
using DbGate.Texts;

namespace DbGate.Reports.Html;

/// <summary>
/// Writes HTML that cannot be broken out of: tags and attributes' names come from the code, every text and every value is encoded here.
/// There is no way to write markup of a caller's.
/// </summary>
sealed class HtmlWriter(CommandScope? scope = null, CommandStyle? style = null)
{
    readonly StringBuilder text = new();

    /// <summary>What the commands on the page repeat.</summary>
    public CommandScope Repeated { get; } = scope ?? CommandScope.None;

    /// <summary>How the commands on the page are written.</summary>
    public CommandStyle Commands { get; } = style ?? CommandStyle.BuildScript;

    /// <summary>Opens an element; disposing the result closes it.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="attributes">Names and values; null leaves the attribute out.</param>
    public Scope Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        text.Append('>');
        return new Scope(this, tag);
    }

    /// <summary>An element without content.</summary>
    public void Empty(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        text.Append("/>");
    }

    /// <summary>An element that holds one text.</summary>
    public void Element(string tag, string? content, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        text.Append('>');
        Text(content);
        text.Append("</").Append(tag).Append('>');
    }

    /// <summary>One line of text; what moves a cursor or reorders what is read becomes visible.</summary>
    public void Text(string? content) => Encode(TextSanitizer.Line(content));

    /// <summary>Several lines, for <c>pre</c>.</summary>
    public void Lines(string content)
    {
        var lines = content.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            text.Append(i == 0 ? "" : "\n");
            Encode(TextSanitizer.Line(lines[i].Replace("\t", "    ", StringComparison.Ordinal)));
        }
    }

    /// <summary>The document type, once.</summary>
    public void DocumentType() => text.Append("<!doctype html>\n");

    /// <summary>The house's own style sheet, the only text that is not encoded.</summary>
    public void Style(PageStyle style) => text.Append("<style>").Append(style.Text).Append("</style>\n");

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    void Start(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        text.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                text.Append(' ').Append(name).Append("=\"");
                Encode(TextSanitizer.Line(value));
                text.Append('"');
            }
        }
    }

    void Encode(string content)
    {
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&#39;"),
                _ when char.IsHighSurrogate(c)
                    && i + 1 < content.Length
                    && char.IsLowSurrogate(content[i + 1]) => text.Append(c).Append(content[++i]),
                _ when char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' => text.Append('\uFFFD'),
                _ => text.Append(c),
            };
        }
    }

    /// <summary>An open element.</summary>
    public readonly ref struct Scope(HtmlWriter html, string tag)
    {
        /// <summary>Closes it.</summary>
        public void Dispose() => html.text.Append("</").Append(tag).Append(">\n");
    }
}
