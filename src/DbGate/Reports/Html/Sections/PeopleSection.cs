using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Reports.Html.Sections;

/// <summary>Who asked, who approved.</summary>
static class PeopleSection
{
    public static void Write(HtmlWriter html, ReleaseFacts release)
    {
        var plan = release.Plan!;
        using (Section.Open(html, "people", "Who asked, who approved"))
        {
            using (html.Open("p"))
            {
                html.Element("strong", string.Join(" and ", plan.Requesters));
                html.Text(" asked for it, ");
                html.Time(plan.CreatedAt);
                html.Text(".");
            }

            if (!release.IsStored)
            {
                html.Paragraph("It is a draft: findings block it, so it was not stored and cannot be approved.", "unknown");
            }
            else if (release.ApprovalsRequired == 0 && release.Approvals.Count == 0)
            {
                html.Paragraph("No approval is required here, and none was given.");
            }
            else
            {
                html.Paragraph(
                    $"{release.Approvals.Count} of {release.ApprovalsRequired} approvals.",
                    release.Approvals.Count >= release.ApprovalsRequired ? "good" : "unknown");
            }

            if (release.Approvals.Count > 0)
            {
                Section.List(html, release.Approvals, 20, "approvals", approval =>
                {
                    html.Element("strong", approval.By);
                    html.Text(" approved ");
                    html.Time(approval.At);
                    html.Text($" ({approval.Via}{(approval.ClaimedBy is { } account ? $", claimed by {account}" : "")})");
                    foreach (var loss in approval.AcceptedLosses)
                    {
                        html.Text(", accepts ");
                        html.Code(loss);
                    }
                });
            }

            if (release.ApprovalsNotCounted.Count > 0)
            {
                html.Element("h3", "Not counted");
                Section.List(html, release.ApprovalsNotCounted, 20, "approvals", reason => html.Text(reason));
            }

            using (html.Open("p"))
            {
                html.Text("Plan ");
                html.Code(release.Digest);
            }
        }
    }
}
