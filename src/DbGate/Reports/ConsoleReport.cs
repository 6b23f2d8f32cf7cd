using System.Text;
using DbGate.Checks;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Texts;

namespace DbGate.Reports;

/// <summary>The report as lines for a console. Pure: a door prints the text and decides about colours.</summary>
/// <param name="colours">True on a terminal without <c>NO_COLOR</c>.</param>
/// <param name="style">How the host writes commands; null is <see cref="CommandStyle.BuildScript"/>.</param>
public sealed class ConsoleReport(bool colours, CommandStyle? style = null)
{
    readonly CommandStyle style = style ?? CommandStyle.BuildScript;

    const string Red = "31";
    const string Green = "32";
    const string Yellow = "33";
    const string Bold = "1";
    const string Dim = "2";

    /// <summary>One step: its line, its checks, its facts and its error blocks.</summary>
    public string Step(StepReport step)
    {
        var text = new StringBuilder();
        var mark = step.Result.IsBlocking ? Paint("BLOCKED", Red) : Paint("pass   ", Green);
        text.Append(
            $"{mark}  {Paint(step.Step.Name.PadRight(18), Bold)} {TextSanitizer.Duration(step.Duration),9}  "
                + $"{TextSanitizer.Line(step.Result.Summary)}\n");
        foreach (var check in step.Result.Checks)
        {
            text.Append($"           {Mark(check.Result)} {check.Check.Name.PadRight(16)} {TextSanitizer.Line(check.Result.Details)}\n");
        }

        var width = step.Result.Facts.Select(fact => TextSanitizer.LineStart(fact.Name).Length).DefaultIfEmpty().Max();
        foreach (var fact in step.Result.Facts)
        {
            text.Append($"           {Paint(TextSanitizer.LineStart(fact.Name).PadRight(width), Dim)}  {TextSanitizer.Line(fact.Value)}\n");
            foreach (var line in fact.Commands.SelectMany(style.Lines))
            {
                text.Append($"             {TextSanitizer.LineStart(line)}\n");
            }
        }

        foreach (var problem in step.Result.AllProblems)
        {
            text.Append('\n').Append(Block(step.Step.Name, problem));
        }

        return text.ToString();
    }

    /// <summary>An error block: code, cause, state, fix, docs.</summary>
    public string Block(string where, Problem problem)
    {
        var colour = problem.Severity switch { Severity.Error => Red, Severity.Warning => Yellow, _ => Dim };
        var word = problem.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };
        var text = new StringBuilder($"{Paint($"{problem.Code.Id} {word}", colour)}  {where}: {TextSanitizer.Line(problem.Message)}\n");
        Line("at", problem.Location?.ToString());
        foreach (var line in problem.Excerpt?.Numbered() ?? [])
        {
            text.Append($"       {Paint(TextSanitizer.LineStart(line), line[0] == '>' ? colour : Dim)}\n");
        }

        Line("cause", problem.Cause);
        Line("state", problem.State);
        Line("fix", problem.Fix?.Sentence);
        Commands(problem.Fix?.Commands ?? []);
        foreach (var remedy in problem.Remedies)
        {
            Line("way", remedy.Title);
            Commands(remedy.Commands);
        }

        Line("docs", style.Page(problem.Code));
        return text.ToString();

        void Commands(IEnumerable<FixCommand> commands)
        {
            foreach (var line in commands.SelectMany(style.Lines))
            {
                text.Append($"           {TextSanitizer.LineStart(line)}\n");
            }
        }

        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append($"  {Paint(name.PadRight(5), Dim)}  {TextSanitizer.Line(value)}\n");
            }
        }
    }

    /// <summary>The last lines: verdict, what was not checked, where the report is.</summary>
    public string Verdict(GateReport report, string? reportPath)
    {
        var text = new StringBuilder();
        foreach (var problem in report.Problems)
        {
            text.Append('\n').Append(Block("dbgate", problem));
        }

        var seconds = TextSanitizer.Duration(report.FinishedAt - report.StartedAt);
        text.Append('\n').Append(report.Verdict == Releases.Verdict.Pass
            ? Paint($"PASS     {report.Environment}", Green)
            : Paint($"BLOCKED  {report.Environment} (exit {(int)report.ExitCode})", Red));
        text.Append(report.Verdict == Releases.Verdict.Blocked && report.Release?.Deployed is { Count: > 0 } deployed
            ? $"  {deployed.Count} {(deployed.Count == 1 ? "migration is" : "migrations are")} deployed;" : "");
        text.Append($"  {report.Steps.Length} {(report.Steps.Length == 1 ? "step" : "steps")} in {seconds}");
        text.Append(report.Target is null ? "\n" : $", target {TextSanitizer.Line(report.Target)}\n");
        foreach (var item in report.NotChecked)
        {
            text.Append($"  {Paint("not checked", Yellow)}  {TextSanitizer.Line(item)}\n");
        }

        if (reportPath is not null)
        {
            text.Append($"  {Paint("report", Dim)}  {reportPath}\n");
        }

        return text.ToString();
    }

    string Mark(CheckResult result) => result.Outcome switch
    {
        CheckOutcome.Passed when result.Problems.IsEmpty => Paint("ok     ", Green),
        CheckOutcome.Passed => Paint("warning", Yellow),
        CheckOutcome.Skipped => Paint("skipped", Dim),
        CheckOutcome.Failed => Paint("failed ", Red),
        _ => Paint("errored", Red),
    };

    string Paint(string text, string colour) => colours ? $"\u001b[{colour}m{text}\u001b[0m" : text;
}
