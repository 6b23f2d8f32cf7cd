using DbGate.Releases.Plans;
using DbGate.Problems;
using DbGate.Texts;

namespace DbGate.Reports.Html.Sections;

/// <summary>Until when this is true, and what ends it sooner.</summary>
static class ValiditySection
{
    public static void Write(HtmlWriter html, Plan plan)
    {
        using (Section.Open(html, "validity", "Until when is this true?"))
        {
            using (html.Open("p"))
            {
                html.Text("Until ");
                using (html.Open("strong"))
                {
                    html.Time(plan.ExpiresAt);
                }

                html.Text(
                    $"({TextSanitizer.Duration(plan.ExpiresAt - plan.CreatedAt)} after the plan was made). A later deploy is refused.");
            }

            var promise = plan.Promise;
            using (Section.Fold(html, "What ends it sooner"))
            using (html.Open("dl", ("class", "facts")))
            {
                Fact(
                    html, "database",
                    $"{promise.Target.DatabaseName}, oid {promise.Target.DatabaseOid} of cluster {promise.Target.SystemIdentifier}, "
                        + $"PostgreSQL {promise.Target.ServerVersion / 10000}, schema {promise.Target.Schema}");
                Fact(html, "commit", promise.Commit ?? "none: no git checkout");
                Fact(html, "migrations", $"{promise.Applied.Count:N0} applied, {promise.Pending.Count:N0} pending, each by its checksum");
                Fact(html, "applied by", promise.Engine);
                Fact(html, "Migration tool", promise.ToolVersion ?? "not known");
                Fact(html, "checked by", promise.Tool);
                Fact(
                    html, "schema",
                    promise.CatalogSha256 is { } catalog
                        ? $"every object of the database, catalog sha256 {catalog[..8]}…"
                        : "not read, so a change is not noticed");
                Fact(html, "data loss", Losses(plan));
                Fact(
                    html, "backup",
                    promise.Backup is { } backup
                        ? $"manifest sha256 {backup.ManifestSha256[..8]}…; in production a fresh one is taken first when it is older "
                            + "than backup.maxStaleness"
                        : "none belongs to this plan");
            }
        }
    }

    static string Losses(Plan plan) =>
        plan.UnknownLoss is { } why ? $"not known: {why}; the deploy needs the approvals of a data loss"
        : plan.Losses.Count == 0 ? "none"
        : $"{HtmlFormat.Count(plan.Losses.Count, "loss is", "losses are")} counted again; a larger number stops the deploy";

    static void Fact(HtmlWriter html, string name, string value)
    {
        html.Element("dt", name);
        html.Element("dd", value);
    }
}
