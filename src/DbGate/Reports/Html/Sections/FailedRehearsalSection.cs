using DbGate.Releases.Rehearsals;

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
                (failed.Passed == 0 ? "" : $"{HtmlFormat.Migrations(failed.Passed)} before it went through. ")
                + $"{char.ToUpperInvariant(failed.Kept[0])}{failed.Kept[1..]}.",
                failed.StatementsKept == 0 && failed.InvalidIndex is null ? null : "unknown");
            SqlListing.Write(html, failed.Failure, failed.Measured.Statements);
        }
    }
}
