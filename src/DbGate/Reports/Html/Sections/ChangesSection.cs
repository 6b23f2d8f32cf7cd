using DbGate.Releases.Plans;
using DbGate.Reports.Html.Pictures;

namespace DbGate.Reports.Html.Sections;

/// <summary>What changes: the objects, the rehearsal's time and locks, and all of the SQL.</summary>
static class ChangesSection
{
    const int EffectsShown = 20;

    public static void Write(HtmlWriter html, Plan plan)
    {
        using (Section.Open(html, "changes", "What changes"))
        {
            html.Paragraph(plan.Forecast.Sentence, "lead");
            if (plan.Forecast.Fix is { } fix)
            {
                html.Command(fix);
            }

            if (plan.Rehearsal is { } rehearsal)
            {
                Objects(html, rehearsal);
                Time(html, rehearsal);
            }
            else if (plan.Migrations.Count > 0)
            {
                html.Paragraph("Times and locks are not measured: the migrations were not rehearsed.", "unknown");
            }

            if (plan.Migrations.Count > 0)
            {
                using (Section.Fold(html, $"The SQL of {HtmlFormat.Migrations(plan.Migrations.Count)}"))
                {
                    SqlListing.Write(html, plan);
                }
            }
        }
    }

    static void Objects(HtmlWriter html, PlanRehearsal rehearsal)
    {
        if (rehearsal.Effects.Count > 0)
        {
            html.Element("h3", "Objects");
            Section.List(html, rehearsal.Effects, EffectsShown, "objects", effect => html.Text(effect));
        }
    }

    static void Time(HtmlWriter html, PlanRehearsal rehearsal)
    {
        var timeline = LockTimeline.From(rehearsal);
        html.Element("h3", "Time and locks");
        html.Paragraph(
            $"{HtmlFormat.Short(timeline.Total)} for {HtmlFormat.Migrations(timeline.Migrations.Count)} on the restored backup, "
                + $"without traffic ({rehearsal.Server}). In production add the wait for each lock.");
        if (!timeline.IsMeasured)
        {
            html.Paragraph("This plan keeps no single statements, so each lock is drawn over its whole migration.", "note");
        }

        if (rehearsal.Migrations.SelectMany(migration => migration.Rewritten)
            .Distinct(StringComparer.Ordinal)
            .ToArray() is { Length: > 0 } rewritten)
        {
            html.Paragraph(
                $"Rewritten: "
                    + $"{string.Join(", ", rewritten.Take(10))}{(rewritten.Length > 10 ? $" and {rewritten.Length - 10} more" : "")}.",
                    "unknown");
        }

        TimelinePicture.Draw(html, timeline);
    }
}
