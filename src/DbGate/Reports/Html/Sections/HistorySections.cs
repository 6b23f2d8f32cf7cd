using DbGate.Backups.History;
using DbGate.Reports.Html.Pictures;

namespace DbGate.Reports.Html.Sections;

/// <summary>Backups, restore tests and growth, as pictures under headings of a given depth.</summary>
static class HistorySections
{
    public static void Write(HtmlWriter html, BackupHistory history, DateTimeOffset now, string heading)
    {
        html.Element(heading, "Backups");
        if (history.Backups.Count == 0)
        {
            html.Paragraph($"There is no backup in {history.Store}.", "unknown");
        }
        else
        {
            BackupPicture.Draw(html, history);
        }

        html.Element(heading, "Restore tests");
        if (history.RestoreTests.Count == 0)
        {
            html.Paragraph("No restore test is on record: it is not proven that these backups can be restored.", "unknown");
        }
        else
        {
            RestoreTestPicture.Draw(html, history.RestoreTests, now);
        }

        if (history.Backups.Count > 1 && history.Tables.Count > 0)
        {
            html.Element(heading, "Tables that moved most");
            GrowthPicture.Draw(html, history.Tables);
        }
    }
}
