using DbGate.Backups.History;
using DbGate.Checks;

namespace DbGate.Reports.Html.Pictures;

/// <summary>How old the restore tests are, against the age at which they no longer count.</summary>
static class RestoreTestPicture
{
    const int Shown = 5;
    const int Height = 20;
    const double Limit = BackupConfigCheck.MaximumRestoreTestAgeDays;

    /// <param name="html">Where.</param>
    /// <param name="tests">Oldest first.</param>
    /// <param name="now">The moment that the page describes.</param>
    public static void Draw(HtmlWriter html, IReadOnlyList<RestoreTestPoint> tests, DateTimeOffset now)
    {
        using (html.Open("div", ("class", "lanes")))
        {
            foreach (var test in tests.Reverse().Take(Shown))
            {
                var age = now - test.TestedAt;
                using (html.Open("div", ("class", "lane")))
                {
                    using (html.Open("span", ("class", "what")))
                    {
                        html.Text(test.Passed ? $"passed, {test.Level}" : "failed");
                    }

                    using (Picture.Open(html, "plot", Height, $"{HtmlFormat.Age(age)} of {Limit:0} days"))
                    {
                        Picture.Bar(html, "track", 0, 1, 6, 8);
                        Picture.Bar(html, test.Passed && age.TotalDays <= Limit ? "proven" : "all", 0, age.TotalDays / Limit, 6, 8);
                    }

                    using (html.Open("span", ("class", "value")))
                    {
                        html.Text($"{HtmlFormat.Age(age)} old, restored in {HtmlFormat.Short(test.RestoreTime)}");
                    }
                }
            }
        }

        html.Paragraph($"A full bar is {Limit:0} days: an older restore test does not count in production.", "note");
    }
}
