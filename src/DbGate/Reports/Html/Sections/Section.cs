namespace DbGate.Reports.Html.Sections;

/// <summary>A part of a page under a heading.</summary>
static class Section
{
    public static HtmlWriter.Scope Open(HtmlWriter html, string id, string title, string? css = null)
    {
        var section = html.Open("section", ("id", id), ("class", css), ("aria-labelledby", $"{id}-title"));
        html.Element("h2", title, ("id", $"{id}-title"));
        return section;
    }

    /// <summary>What few readers need: a line that opens. Print shows all of it.</summary>
    public static HtmlWriter.Scope Fold(HtmlWriter html, string summary)
    {
        var details = html.Open("details");
        html.Element("summary", summary);
        return details;
    }

    /// <summary>Entries, the first of them at once and the others on demand, up to a number that a browser still bears.</summary>
    /// <param name="html">Where.</param>
    /// <param name="items">All of them.</param>
    /// <param name="shown">How many are there at once.</param>
    /// <param name="what">What the others are called, such as "places".</param>
    /// <param name="write">Writes one, within a list's entry.</param>
    public static void List<T>(HtmlWriter html, IReadOnlyList<T> items, int shown, string what, Action<T> write)
    {
        const int Most = 20_000;
        Items(items.Take(shown));
        if (items.Count > shown)
        {
            using (html.Open("details"))
            {
                html.Element("summary", $"{items.Count - shown:N0} more {what}");
                Items(items.Skip(shown).Take(Most));
                if (items.Count > shown + Most)
                {
                    html.Paragraph($"{items.Count - shown - Most:N0} others are in report.json.", "note");
                }
            }
        }

        void Items(IEnumerable<T> some)
        {
            using (html.Open("ul", ("class", "plain")))
            {
                foreach (var item in some)
                {
                    using (html.Open("li"))
                    {
                        write(item);
                    }
                }
            }
        }
    }
}
