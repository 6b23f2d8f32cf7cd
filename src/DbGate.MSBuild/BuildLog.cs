using DbGate.Gates;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Texts;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace DbGate.MSBuild;

/// <summary>
/// A run in a build's log: problems are errors and warnings with code, file, line and help link, so that an IDE shows them.
/// </summary>
sealed class BuildLog : IGateDisplay, IDisposable
{
    readonly TaskLoggingHelper log;
    readonly string root;
    readonly List<ITaskItem> findings = [];
    readonly Lock gate = new();
    bool closed;

    /// <param name="log">The task's.</param>
    /// <param name="root">The gated project's root, which places are relative to.</param>
    public BuildLog(TaskLoggingHelper log, string root)
    {
        (this.log, this.root) = (log, root);
        Progress = new Heartbeat(Say, TimeProvider.System);
    }

    public IProgressDisplay Progress { get; }

    public ITaskItem[] Findings => [.. findings];

    public void Show(StepReport step)
    {
        foreach (var problem in step.Result.AllProblems)
        {
            Show(problem);
        }

        if (step.Result.IsBlocking && !step.Result.AllProblems.Any(problem => problem.IsBlocking))
        {
            log.LogError($"{step.Step.Name}: {TextSanitizer.Line(step.Result.Summary)}");
        }

        Say($"{(step.Result.IsBlocking ? "blocked" : "passed")}  {step.Step.Name}: {TextSanitizer.Line(step.Result.Summary)}");
    }

    public void Show(Problem problem)
    {
        var file = problem.Location is { } place ? Path.GetFullPath(place.File, root) : null;
        var (line, column) = (problem.Location?.Line ?? 0, problem.Location?.Column ?? 0);
        var link = HelpPages.LinkTo(problem.Code);
        findings.Add(FindingItem.From(problem, file, link));
        switch (problem.Severity)
        {
            case Severity.Error:
                log.LogError(null, problem.Code.Id, null, link, file, line, column, 0, 0, Sentence(problem));
                break;
            case Severity.Warning:
                log.LogWarning(null, problem.Code.Id, null, link, file, line, column, 0, 0, Sentence(problem));
                break;
            default:
                Say($"{problem.Code.Id}: {Sentence(problem)}");
                break;
        }
    }

    public void ShowVerdict(GateReport report, string? path) =>
        Say($"DbGate: {(report.Verdict == Verdict.Pass ? "pass" : "blocked")}{(path is null ? "" : $", report in {path}")}");

    /// <summary>States that nothing has changed since these steps passed.</summary>
    public void ShowUnchanged(IEnumerable<IStep> steps, string report) =>
        log.LogMessage(
            MessageImportance.Normal,
            $"DbGate: {string.Join(", ", steps.Select(step => step.Descriptor.Name))} unchanged since it passed, report in {report}");

    /// <summary>After this, a heartbeat that comes late adds nothing: MSBuild takes no more lines from a task that has ended.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
        }
    }

    void Say(string line)
    {
        lock (gate)
        {
            if (!closed)
            {
                log.LogMessage(MessageImportance.High, line);
            }
        }
    }

    static string Sentence(Problem problem)
    {
        var parts = new[] { ("cause", problem.Cause), ("state", problem.State), ("fix", problem.Fix?.InLine(CommandStyle.MSBuild)) }
            .Where(part => part.Item2 is not null)
            .Select(part => $"{part.Item1}: {part.Item2}");
        return TextSanitizer.Line($"{problem.Message} ({string.Join("; ", parts)})");
    }
}
