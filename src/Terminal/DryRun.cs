using System.Text;
using System.Text.Json;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Texts;

namespace DbGate.Terminal;

/// <summary>What a dry run prints. Pure.</summary>
static class DryRun
{
    const int NamesShown = 10;
    const string Pending = "pending";

    public static string Json(IEnumerable<StepPreview> previews) => JsonSerializer.Serialize(new
    {
        schema = "dbgate/dry-run",
        schemaVersion = 1,
        steps = previews.Select(preview => new
        {
            step = preview.Step.Name,
            plan = preview.Step.DryRun,
            found = preview.Found?.Summary,
            facts = preview.Found?.Facts.Select(fact => new { name = fact.Name, value = fact.Value }),
            problems = preview.Found?.AllProblems.Select(problem => new
            {
                code = problem.Code.Id,
                blocks = problem.IsBlocking,
                message = problem.Message,
                location = problem.Location?.ToString(),
            }),
            notKnown = preview.NotKnown,
        }),
    });

    public static string Text(IReadOnlyList<StepPreview> previews)
    {
        var width = previews.Select(preview => preview.Step.Name.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        foreach (var preview in previews)
        {
            text.Append("would run  ").Append(preview.Step.Name.PadRight(width)).Append("  ").Append(preview.Step.DryRun).Append('\n');
        }

        Section(text, "found now, without writing", previews.Where(preview => preview.Found is not null).SelectMany(Found), width);
        var problems = previews.SelectMany(preview => preview.Found?.AllProblems ?? [])
            .DistinctBy(problem => (problem.Code, problem.Message))
            .ToArray();
        Section(text, "would block", problems.Where(problem => problem.IsBlocking).Select(Line), width);
        Section(text, "would warn", problems.Where(problem => !problem.IsBlocking).Select(Line), width);
        Section(text, "not known before the run", previews.Where(preview => preview.NotKnown is not null)
            .Select(preview => (preview.Step.Name, preview.NotKnown!)), width);
        return text.ToString();
    }

    static (string Name, string Text) Line(Problem problem) =>
        (problem.Code.Id, problem.Location is { } place ? $"{place}: {problem.Message}" : problem.Message);

    /// <summary>The summary with the pending migrations, and a line for each other fact: the backups that retention would delete.</summary>
    static IEnumerable<(string Name, string Text)> Found(StepPreview preview)
    {
        string[] pending = [.. preview.Found!.Facts.Where(fact => fact.Name == Pending).Select(fact => fact.Value)];
        var names = pending.Length == 0 ? ""
            : $": {string.Join(", ", pending.Take(NamesShown))}"
                + (pending.Length > NamesShown ? $", {pending.Length - NamesShown} more" : "");
        return preview.Found.Facts.Where(fact => fact.Name != Pending)
            .Select(fact => (preview.Step.Name, $"{fact.Name} {fact.Value}"))
            .Prepend((preview.Step.Name, preview.Found.Summary + names));
    }

    static void Section(StringBuilder text, string title, IEnumerable<(string Name, string Text)> lines, int width)
    {
        var isFirst = true;
        foreach (var (name, line) in lines)
        {
            text.Append(isFirst ? $"\n{title}\n" : "").Append("  ").Append(name.PadRight(width)).Append("  ")
                .Append(TextSanitizer.Line(line)).Append('\n');
            isFirst = false;
        }
    }
}
