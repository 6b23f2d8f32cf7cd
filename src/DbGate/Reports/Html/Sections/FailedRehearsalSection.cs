using DbGate.Evidence.Rehearsals;

namespace DbGate.Reports.Html.Sections;

/// <summary>Where the rehearsal ended: the migration's SQL, with the statement that failed.</summary>
static class FailedRehearsalSection
{
    public static void Write(HtmlWriter html, FailedRehearsal failed)
    {
        using (Section.Open(html, "failed", "Where it fails"))
        {
            using (html.Open("p", ("class", "lead")))
            {
                html.Code(failed.Failure.Migration);
                html.Text($" fails on the restored backup {failed.Failure.At}.");
            }

            html.Paragraph(
                (failed.Passed == 0 ? "" : $"{Words.Migrations(failed.Passed)} before it went through. ")
                + (failed.StatementsKept == 0
                    ? "In production nothing of it would have stayed."
                    : $"In production its first {Words.Count(failed.StatementsKept, "statement", "statements")} would have stayed applied."),
                failed.StatementsKept == 0 ? null : "unknown");
            SqlListing.Write(html, failed.Failure, failed.Measured.Statements);
        }
    }
}
