using DbGate.Evidence.Plans;

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

                html.Text($", {Readable.Duration(plan.ExpiresAt - plan.CreatedAt)} after the plan was made. A later deploy is refused.");
            }

            var promise = plan.Promise;
            html.Paragraph("It ends sooner when one of these moves. The deploy compares them again, under its lock, before the first statement:");
            using (html.Open("dl", ("class", "facts")))
            {
                Fact(html, "database", $"{promise.Target.DatabaseName}, oid {promise.Target.DatabaseOid} of cluster {promise.Target.SystemIdentifier}, PostgreSQL {promise.Target.ServerVersion / 10000}, schema {promise.Target.Schema}");
                Fact(html, "commit", promise.Commit ?? "none: no git checkout");
                Fact(html, "migrations", $"{promise.Applied.Count:N0} applied, {promise.Pending.Count:N0} pending, each by its checksum");
                Fact(html, "applied by", promise.Engine);
                Fact(html, "Prisma", promise.PrismaVersion ?? "not known");
                Fact(html, "checked by", promise.Tool);
                Fact(html, "drift", plan.Drift is null ? "not compared" : plan.Drift.Count == 0 ? "none: the live catalog is what the applied migrations give" : $"{Words.Count(plan.Drift.Count, "object differs", "objects differ")}: {plan.Drift[0]}");
            }
        }
    }

    static void Fact(HtmlWriter html, string name, string value)
    {
        html.Element("dt", name);
        html.Element("dd", value);
    }
}
