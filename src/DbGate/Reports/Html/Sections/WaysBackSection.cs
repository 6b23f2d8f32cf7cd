using DbGate.Gates;
using DbGate.Releases;
using DbGate.Releases.Plans;
using DbGate.Reports.Html.Pictures;
using DbGate.Texts;

namespace DbGate.Reports.Html.Sections;

/// <summary>Can we go back, and in how long?</summary>
static class WaysBackSection
{
    const int CommandsShown = 20;

    public static void Write(HtmlWriter html, ReleaseFacts release, DateTimeOffset now)
    {
        var plan = release.Plan;
        if (plan is null && release.History is null)
        {
            return;
        }

        using (Section.Open(html, "back", "Can we go back, and in how long?"))
        {
            foreach (var way in plan?.RollbackOptions ?? [])
            {
                using (html.Open("div", ("class", "way")))
                {
                    using (html.Open("h3"))
                    {
                        html.Text(way.Name);
                        html.Element(
                            "span", way.Milliseconds is { } milliseconds ? HtmlFormat.Milliseconds(milliseconds) : "time not measured",
                            ("class", way.Milliseconds is null ? "times unknown" : "times"));
                    }

                    html.Paragraph(way.Basis, "note");
                    using (Section.Fold(html, HtmlFormat.Count(way.Commands.Count, "command", "commands")))
                    {
                        foreach (var command in way.Commands.Take(CommandsShown))
                        {
                            html.Command(command);
                        }

                        if (way.Commands.Count > CommandsShown)
                        {
                            html.Paragraph($"and {way.Commands.Count - CommandsShown} more of the kind, in plan.json", "note");
                        }
                    }
                }
            }

            if (plan is { RollbackOptions.Count: 0, Migrations.Count: > 0 })
            {
                html.Paragraph("A rollback is not possible: no backup belongs to this plan.", "unknown");
            }

            Backup(html, release, now);
        }
    }

    static void Backup(HtmlWriter html, ReleaseFacts release, DateTimeOffset now)
    {
        html.Element("h3", "The backup behind it");
        if (release.Plan is { } plan)
        {
            if (plan.Promise.Backup is { } backup)
            {
                using (html.Open("p"))
                {
                    html.Code(backup.Location);
                    html.Text($", {TextSanitizer.Duration(now - backup.TakenAt)} old, {Level(backup.Level)}.");
                }

                html.Paragraph($"A restore loses {RestoreLoss.Words(backup.TakenAt, backup.Written)}.", "note");
            }
            else
            {
                html.Paragraph("No backup belongs to this plan.", "unknown");
            }
        }

        if (release.History is not { } history)
        {
            html.Paragraph("The history of the backups was not read.", "unknown");
            return;
        }

        using (Section.Fold(html, "Backups, restore tests and growth over time"))
        {
            HistorySections.Write(html, history, now, "h3");
        }
    }

    static string Level(string level) => level switch
    {
        "L0" => "written, not read back (L0)",
        "L1" => "read back and compared byte by byte (L1)",
        "L2" => "its definitions were restored (L2)",
        "L3" => "restored and compared row by row (L3)",
        _ => level,
    };
}
