using DbGate.Releases.Deploys;

namespace DbGate.Reports.Html.Sections;

/// <summary>
/// Where the deploy ended: what the database holds now, the ways out with their commands, and the SQL with the statement that failed.
/// </summary>
static class FailedDeploySection
{
    public static void Write(HtmlWriter html, FailedDeploy failed)
    {
        using (Section.Open(html, "failed", "Where it failed, and the state of the database"))
        {
            using (html.Open("p", ("class", "lead")))
            {
                html.Code(failed.Failure.Migration);
                html.Text(failed.Failure.At is { } at
                    ? $" failed {at}."
                    : " failed; neither the engine's output nor the ledger tells at which statement.");
            }

            if (failed.Failure.Place is null)
            {
                html.Paragraph(failed.Failure.Words, "unknown"); // else they stand at the statement
            }

            using (html.Open("ul"))
            {
                foreach (var part in failed.State)
                {
                    html.Element("li", part);
                }
            }

            foreach (var way in failed.Ways)
            {
                html.Element("h3", way.Name);
                html.Paragraph(way.Basis, "note");
                foreach (var command in way.Commands)
                {
                    html.Command(command);
                }
            }

            if (failed.Failure.Sql.Length > 0)
            {
                html.Element("h3", "The migration as it ran");
                SqlListing.Write(html, failed.Failure, null);
            }
        }
    }
}
