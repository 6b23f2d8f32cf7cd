using DbGate.Backups.History;
using DbGate.Texts;

namespace DbGate.Reports.Html.Pictures;

/// <summary>The backups of the last weeks: one column each, as high as its archive is large.</summary>
static class BackupPicture
{
    const int Height = 120;
    const int Top = 18;
    const int Bottom = 22;
    const double Gap = 0.2;

    public static void Draw(HtmlWriter html, BackupHistory history)
    {
        var backups = history.Backups;
        var largest = Math.Max(1, backups.Max(backup => backup.Bytes));
        using (html.Open("figure"))
        {
            using (Picture.Open(html, "chart", Height, Sentence(history)))
            {
                html.Empty(
                    "line", ("class", "rule"), ("x1", "0"), ("x2", "100%"), ("y1", Picture.Pixels(Height - Bottom)),
                    ("y2", Picture.Pixels(Height - Bottom)));
                foreach (var (index, backup) in backups.Index())
                {
                    var height = Math.Max(2, (int)((Height - Top - Bottom) * backup.Bytes / largest));
                    var slots = Math.Max(backups.Count, 8);
                    Picture.Bar(
                        html,
                        backup.Level is "L3" ? "proven" : backup.Level is "L0" ? "weak" : "run",
                        (index + (Gap / 2)) / slots,
                        (index + 1 - (Gap / 2)) / slots,
                        Height - Bottom - height,
                        height,
                        $"{HtmlFormat.Moment(backup.TakenAt)}: {TextSanitizer.Bytes(backup.Bytes)}, {backup.Level}");
                }

                Picture.Label(html, $"{TextSanitizer.Bytes(largest)} at most", 0, 12, "start");
                Picture.Label(
                    html, backups[0].TakenAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), 0,
                    Height - 6, "start");
                if (backups.Count > 1)
                {
                    Picture.Label(
                        html, backups[^1].TakenAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), 1,
                        Height - 6, "end");
                }
            }

            html.Element("figcaption", Sentence(history));
        }

        Legend(html, backups);
        List(html, history);
    }

    static string Sentence(BackupHistory history)
    {
        var (first, last) = (history.Backups[0], history.Backups[^1]);
        var older = history.Older > 0 ? $", {history.Older} older not shown" : "";
        return $"{HtmlFormat.Count(history.Backups.Count, "backup", "backups")} since {first.TakenAt.UtcDateTime:yyyy-MM-dd}{older}. The "
            + $"newest is {TextSanitizer.Bytes(last.Bytes)}, of a database of {TextSanitizer.Bytes(last.DatabaseBytes)}, and took "
            + $"{HtmlFormat.Short(last.Took)}.";
    }

    static void Legend(HtmlWriter html, IReadOnlyList<BackupPoint> backups)
    {
        using (html.Open("ul", ("class", "legend")))
        {
            foreach (var (level, css, words) in new[] { ("L3", "proven", "restored and compared (L3)"),
                ("L1", "run", "read back (L1) or its definitions restored (L2)"), ("L0", "weak", "not read back (L0)") })
            {
                if (backups.Any(backup => backup.Level == level || (level == "L1" && backup.Level == "L2")))
                {
                    using (html.Open("li"))
                    {
                        html.Element("span", "", ("class", $"swatch {css}"));
                        html.Text(words);
                    }
                }
            }
        }
    }

    static void List(HtmlWriter html, BackupHistory history)
    {
        using (html.Open("details"))
        {
            html.Element("summary", $"Backups in words, in {history.Store}");
            using (html.Open("ul", ("class", "plain")))
            {
                foreach (var backup in history.Backups.Reverse())
                {
                    using (html.Open("li"))
                    {
                        html.Time(backup.TakenAt);
                        html.Text(
                            $" {TextSanitizer.Bytes(backup.Bytes)}, {HtmlFormat.Count(backup.Rows, "row", "rows")}, {backup.Level}, "
                                + $"{HtmlFormat.Short(backup.Took)} ");
                        html.Code(backup.Key);
                    }
                }
            }
        }
    }
}
