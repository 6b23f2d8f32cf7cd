using System.Globalization;

namespace DbGate.Reports.Html.Pictures;

/// <summary>
/// What inline pictures are drawn with. Widths are per cents, so that pictures fit every screen while their text keeps its size.
/// </summary>
static class Picture
{
    /// <summary>Opens a picture with its words for those who do not see it.</summary>
    public static HtmlWriter.Scope Open(HtmlWriter html, string css, int height, string label) =>
        html.Open("svg", ("class", css), ("width", "100%"), ("height", Pixels(height)), ("role", "img"), ("aria-label", label));

    /// <summary>A bar from one share of the width to another; never too thin to be seen.</summary>
    public static void Bar(HtmlWriter html, string css, double from, double to, int top, int height, string? label = null)
    {
        const double Thinnest = 0.004;
        from = Math.Clamp(from, 0, 1 - Thinnest);
        var width = Math.Max(Thinnest, Math.Clamp(to, 0, 1) - from);
        using (html.Open(
            "rect", ("class", css), ("x", HtmlFormat.Percent(from)), ("width", HtmlFormat.Percent(width)), ("y", Pixels(top)),
            ("height", Pixels(height)), ("rx", "2")))
        {
            if (label is not null)
            {
                html.Element("title", label);
            }
        }
    }

    /// <summary>A text at a share of the width.</summary>
    public static void Label(HtmlWriter html, string text, double at, int baseline, string anchor) =>
        html.Element("text", text, ("x", HtmlFormat.Percent(at)), ("y", Pixels(baseline)), ("text-anchor", anchor));

    public static string Pixels(int value) => value.ToString(CultureInfo.InvariantCulture);
}
