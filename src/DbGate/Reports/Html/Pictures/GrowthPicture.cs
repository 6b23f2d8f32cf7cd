using System.Globalization;
using DbGate.Backups.History;

namespace DbGate.Reports.Html.Pictures;

/// <summary>The rows of the tables that moved most, from backup to backup.</summary>
static class GrowthPicture
{
    const int Height = 28;

    public static void Draw(HtmlWriter html, IReadOnlyList<TableGrowth> tables)
    {
        using (html.Open("div", ("class", "lanes")))
        {
            foreach (var table in tables)
            {
                using (html.Open("div", ("class", "lane")))
                {
                    html.Element("code", table.Table, ("class", "what"));
                    using (html.Open(
                        "svg", ("class", "plot spark"), ("width", "100%"), ("height", Picture.Pixels(Height)),
                        ("viewBox", $"0 0 100 {Height}"), ("preserveAspectRatio", "none"),
                        ("role", "img"), ("aria-label", Sentence(table))))
                    {
                        html.Empty("polyline", ("points", Points(table.Rows)));
                    }

                    html.Element("span", Sentence(table), ("class", "value"));
                }
            }
        }
    }

    static string Sentence(TableGrowth table) =>
        $"{HtmlFormat.Count(table.Latest, "row", "rows")}{(table.Change == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" ({(table.Change > 0 ? "+" : "−")}{Math.Abs(table.Change):N0})"))}";

    static string Points(IReadOnlyList<long?> rows)
    {
        var (least, most) = (rows.Min() ?? 0, rows.Max() ?? 0);
        var range = Math.Max(1, most - least);
        return string.Join(' ', rows.Index().Where(one => one.Item is not null).Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"{(rows.Count == 1 ? 0 : 100.0 * one.Index / (rows.Count - 1)):0.##},"
                + $"{Height - 3 - ((Height - 6.0) * (most == least ? 0.5 : (double)(one.Item!.Value - least) / range)):0.##}")));
    }
}
