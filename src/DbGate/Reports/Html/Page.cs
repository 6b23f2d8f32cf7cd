using DbGate.Problems;

namespace DbGate.Reports.Html;

/// <summary>
/// The frame of a page: one file, no script, nothing from outside; the policy forbids what the file does not hold anyway.
/// </summary>
static class Page
{
    /// <param name="title">For the tab and the history.</param>
    /// <param name="body">Writes the content.</param>
    /// <param name="scope">What the commands on the page repeat.</param>
    /// <param name="style">How the commands are written; null is <see cref="CommandStyle.BuildScript"/>.</param>
    public static string Render(string title, Action<HtmlWriter> body, CommandScope? scope = null, CommandStyle? style = null)
    {
        var html = new HtmlWriter(scope, style);
        html.DocumentType();
        using (html.Open("html", ("lang", "en"), ("dir", "ltr")))
        {
            using (html.Open("head"))
            {
                html.Empty("meta", ("charset", "utf-8"));
                html.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy));
                html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                html.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
                html.Empty("meta", ("name", "referrer"), ("content", "no-referrer"));
                html.Empty("meta", ("name", "robots"), ("content", "noindex"));
                html.Element("title", title);
                html.Empty("link", ("rel", "icon"), ("href", "data:,"));
                html.Style(PageStyle.Instance);
            }

            using (html.Open("body"))
            {
                html.Element("a", "Skip to the content", ("class", "skip"), ("href", "#content"));
                body(html);
            }
        }

        return html.ToString();
    }

    /// <summary>What the page may load and do: its own style sheet, and an empty icon so that no browser asks for one.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src '{PageStyle.Instance.Policy}'; img-src data:; base-uri 'none'; form-action 'none'";
}
