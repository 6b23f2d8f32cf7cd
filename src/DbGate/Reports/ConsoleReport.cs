using System.Text;
using DbGate.Checks;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Rules;
using DbGate.Reports.Html;
using DbGate.Texts;

namespace DbGate.Reports;

/// <summary>The report as lines for a console. Pure: a host prints the text and decides about colours.</summary>
/// <param name="colours">True on a terminal without <c>NO_COLOR</c>.</param>
/// <param name="style">How the host writes commands; null is <see cref="CommandStyle.BuildScript"/>.</param>
sealed class ConsoleReport(bool colours, CommandStyle? style = null)
{
    readonly CommandStyle style = style ?? CommandStyle.BuildScript;

    const int PlacesShown = 5;
    const string Red = "31";
    const string Green = "32";

    // The yellow of most terminals cannot be read on white; magenta can, on white and on black.
    const string Attention = "35";
    const string Bold = "1";
    const string Dim = "2";
    const string Indent = "           ";

    /// <summary>Columns of the terminal: longer lines are broken between words. Null breaks none. Commands are never broken.</summary>
    public int? Width { get; init; }

    /// <summary>True to show each warning and each harmless note in full.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>One step: its line, its checks, its facts and its problems.</summary>
    public string Step(StepReport step)
    {
        var lines = new ConsoleLines(Width);
        var mark = step.Result.IsBlocking ? Paint("BLOCKED", Red) : Paint("pass   ", Green);
        lines.Add(
            $"{mark}  {Paint(step.Step.Name.PadRight(18), Bold)} {TextSanitizer.Duration(step.Duration),9}  ",
            Shortened(step.Result.Summary));
        foreach (var check in step.Result.Checks)
        {
            lines.Add($"{Indent}{Mark(check.Result)} {check.Check.Name.PadRight(16)} ", Shortened(check.Result.Details));
        }

        var width = step.Result.Facts.Select(fact => TextSanitizer.LineStart(fact.Name).Length).DefaultIfEmpty().Max();
        foreach (var fact in step.Result.Facts)
        {
            lines.Add($"{Indent}{Paint(TextSanitizer.LineStart(fact.Name).PadRight(width), Dim)}  ", Shortened(fact.Value));
            foreach (var line in fact.Commands.SelectMany(style.Lines))
            {
                lines.AddWhole($"             {TextSanitizer.LineStart(line)}");
            }
        }

        return lines + Problems(step, showsNotes: true);
    }

    /// <summary>What is wrong in a step; nothing where nothing is. For a run that shows only problems.</summary>
    public string Problems(StepReport step) => Problems(step, showsNotes: false);

    /// <summary>An error block: code, cause, state, fix, docs.</summary>
    public string Block(string where, Problem problem)
    {
        var lines = new ConsoleLines(Width);
        Title(lines, problem, $"{where}: {TextSanitizer.Line(problem.Message)}");
        Line(lines, "at", problem.Location?.ToString());
        foreach (var line in problem.Excerpt?.Numbered() ?? [])
        {
            lines.AddWhole($"       {Paint(TextSanitizer.LineStart(line), line[0] == '>' ? Colour(problem) : Dim)}");
        }

        Line(lines, "cause", problem.Cause);
        Line(lines, "state", problem.State);
        Line(lines, "fix", problem.Fix?.Sentence);
        Commands(lines, problem.Fix?.Commands ?? []);
        foreach (var remedy in problem.Remedies)
        {
            Line(lines, "way", remedy.Title);
            Commands(lines, remedy.Commands);
        }

        Line(lines, "docs", style.Page(problem.Code));
        return lines.ToString();
    }

    /// <summary>The last lines: headline, what was not checked, where the report is.</summary>
    /// <param name="report">The run.</param>
    /// <param name="reportPath">The page of the run, as it is to be shown; null when none was written.</param>
    public string Verdict(GateReport report, string? reportPath)
    {
        ArgumentNullException.ThrowIfNull(report);
        var lines = new ConsoleLines(Width);
        foreach (var problem in report.Problems)
        {
            lines.AddBlock(Block("dbgate", problem));
        }

        var verdict = PageVerdict.From(report);
        var deployed = report.Verdict == Releases.Verdict.Blocked && report.Release?.Deployed is { Count: > 0 } migrations
            ? $"{TextSanitizer.Count(migrations.Count, "migration is", "migrations are")} deployed; " : "";
        lines.AddWhole("");
        lines.Add(
            Paint(Headline.Line(report), Colour(verdict.Style)) + "  ",
            $"{deployed}{TextSanitizer.Count(report.Steps.Length, "step", "steps")} in "
                + TextSanitizer.Duration(report.FinishedAt - report.StartedAt)
                + (report.Target is null ? "" : $", target {TextSanitizer.Line(report.Target)}"));
        if (verdict.Style == VerdictStyle.Waiting)
        {
            lines.Add("  ", TextSanitizer.Line(verdict.Sentence));
        }

        foreach (var item in report.NotChecked)
        {
            var label = item.StartsWith(RulesOfRun.Changed, StringComparison.Ordinal) ? "to approve " : "not checked";
            lines.Add($"  {Paint(label, Attention)}  ", TextSanitizer.Line(item));
        }

        if (reportPath is not null)
        {
            lines.AddWhole($"  {Paint("report", Dim)}  {reportPath}");
        }

        return lines.ToString();
    }

    string Problems(StepReport step, bool showsNotes)
    {
        var where = step.Step.Name;
        if (IsVerbose)
        {
            return string.Concat(step.Result.AllProblems.Select(problem => "\n" + Block(where, problem)));
        }

        var groups = ProblemGroups.From(step.Result.AllProblems);
        var text = new StringBuilder();
        foreach (var problem in groups.Blocking)
        {
            text.Append('\n').Append(Block(where, problem));
        }

        foreach (var group in groups.Others.Where(group => showsNotes || group.Any(problem => problem.Severity == Severity.Warning)))
        {
            text.Append('\n').Append(group is [var one] ? Block(where, one) : Group(where, group));
        }

        if (showsNotes && groups.Harmless is { Count: > 0 } harmless)
        {
            var lines = new ConsoleLines(Width);
            lines.Add(
                $"{Indent}{Paint("note", Dim)}  ",
                $"{TextSanitizer.Count(harmless.Count, "lock note", "lock notes")}, longest "
                    + $"{TextSanitizer.Duration(harmless.Max(problem => problem.Measured!.Value))} in the rehearsal; "
                    + $"--verbose lists {(harmless.Count == 1 ? "it" : "them")}");
            text.Append(lines);
        }

        return text.ToString();
    }

    /// <summary>Several of one kind: each place, then once what all of them share.</summary>
    string Group(string where, IReadOnlyList<Problem> problems)
    {
        var (lines, first) = (new ConsoleLines(Width), problems[0]);
        Title(lines, first, $"{where}: {first.Code.Title} ({problems.Count} times)");
        foreach (var problem in problems.Take(PlacesShown))
        {
            Line(lines, "at", problem.Location is { } at ? $"{at}  {problem.Message}" : problem.Message);
        }

        if (problems.Count > PlacesShown)
        {
            Line(lines, "", $"{problems.Count - PlacesShown} more; --verbose lists all");
        }

        Shared("cause", problem => problem.Cause);
        Shared("state", problem => problem.State);
        Shared("fix", problem => problem.Fix?.Sentence);
        if (problems.Select(CommandsOf).Distinct(StringComparer.Ordinal).Count() == 1)
        {
            Commands(lines, first.Fix?.Commands ?? []);
        }
        else
        {
            Line(lines, "", "each has its own commands; --verbose lists them");
        }

        Line(lines, "docs", style.Page(first.Code));
        return lines.ToString();

        string CommandsOf(Problem problem) => string.Join('\n', (problem.Fix?.Commands ?? []).SelectMany(style.Lines));

        void Shared(string name, Func<Problem, string?> value)
        {
            if (problems.Select(value).Distinct().Count() == 1)
            {
                Line(lines, name, value(first));
            }
        }
    }

    void Title(ConsoleLines lines, Problem problem, string text)
    {
        var word = problem.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };
        lines.Add($"{Paint($"{problem.Code.Id} {word}", Colour(problem))}  ", text);
    }

    void Line(ConsoleLines lines, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            lines.Add($"  {Paint(name.PadRight(5), Dim)}  ", TextSanitizer.Line(value));
        }
    }

    void Commands(ConsoleLines lines, IEnumerable<FixCommand> commands)
    {
        foreach (var line in commands.SelectMany(style.Lines))
        {
            lines.AddWhole($"{Indent}{TextSanitizer.LineStart(line)}");
        }
    }

    string Mark(CheckResult result) => result.Outcome switch
    {
        CheckOutcome.Passed when result.Problems.IsEmpty => Paint("ok     ", Green),
        CheckOutcome.Passed => Paint("warning", Attention),
        CheckOutcome.Skipped => Paint("skipped", Dim),
        CheckOutcome.Failed => Paint("failed ", Red),
        _ => Paint("errored", Red),
    };

    static string Shortened(string text) => ConsoleLines.WithShortDigests(TextSanitizer.Line(text));

    static string Colour(Problem problem) => problem.Severity switch { Severity.Error => Red, Severity.Warning => Attention, _ => Dim };

    static string Colour(VerdictStyle style) => style switch
    {
        VerdictStyle.Good or VerdictStyle.Calm => Green,
        VerdictStyle.Waiting => Attention,
        _ => Red,
    };

    string Paint(string text, string colour) => colours ? $"\u001b[{colour}m{text}\u001b[0m" : text;
}
