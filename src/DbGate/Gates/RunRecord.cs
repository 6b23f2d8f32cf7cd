using DbGate.Backups.History;
using DbGate.Configuration;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>What a run has found so far, and the report of it.</summary>
sealed class RunRecord(GateContext context)
{
    static readonly TimeSpan HistoryDeadline = TimeSpan.FromSeconds(20);

    readonly DateTimeOffset startedAt = context.Clock.GetUtcNow();
    readonly List<StepReport> steps = [];
    readonly List<Problem> problems = [];
    BackupHistory? history;
    IReadOnlyList<Fact>? checklist;
    string? historyUnknown;

    public IReadOnlyList<StepReport> Steps => steps;

    bool IsAboutProduction => steps.Count > 0 && steps.All(step => step.Step.IsAboutProduction);

    public void Add(StepReport step) => steps.Add(step);

    /// <summary>Adds a problem that belongs to no step.</summary>
    public void Add(Problem problem) => problems.Add(AtThisMoment.From(problem, context));

    /// <summary>True when a problem of the run states it already: a store that fails also takes no evidence.</summary>
    public bool Contains(Problem unwritten) => IsAmong(steps.SelectMany(step => step.Result.AllProblems), unwritten);

    /// <inheritdoc cref="Contains"/>
    public static bool IsAmong(IEnumerable<Problem> problems, Problem unwritten) => problems.Any(problem =>
        problem.IsBlocking && (problem.Message == unwritten.Cause || (problem.Code == unwritten.Code && problem.Cause == unwritten.Cause)));

    /// <param name="notRun">Names of steps that were asked for and never reached.</param>
    public GateReport Report(IEnumerable<string> notRun) => new()
    {
        ToolVersion = ToolVersion.Current,
        Environment = (IsAboutProduction ? TargetEnvironment.Production : context.Environment).ToString().ToLowerInvariant(),
        Target = ShownTarget(),
        Commit = Commits.Find(context.Settings.Root),
        StartedAt = startedAt,
        FinishedAt = context.Clock.GetUtcNow(),
        Steps = [.. steps],
        Problems = [.. problems],
        WaiversUsed = [.. context.WaiversUsed.OrderBy(waiver => waiver.Check, StringComparer.Ordinal)],
        NotChecked =
        [
            .. notRun.Select(name => $"{name} did not run")
                .Concat(steps.SelectMany(step => step.Result.NotChecked))
                .Concat(historyUnknown is null ? Array.Empty<string>() : [historyUnknown])
                .Distinct(StringComparer.Ordinal), // several steps need the same thing
        ],
        RulesChanged = context.IsProduction ? [.. context.Settings.Rules.Changes.Select(Releases.Plans.PlanRuleChange.From)] : [],
        Release = ReleaseFacts.From(context.State, history, checklist),
        Scope = context.Scope,
        Style = context.Services.Style,
    };

    /// <summary>For the reports only: a store that does not answer is listed under what was not checked, and blocks nothing.</summary>
    public async Task ReadHistoryAsync()
    {
        if (context.State is { Backup: null, Release: null })
        {
            return;
        }

        using var limit = new CancellationTokenSource(HistoryDeadline, context.Clock);
        try
        {
            history = await context.Services.Evidence.HistoryAsync(context, limit.Token);
            checklist = context.State.Release is { File.Plan.Promise.Pending: var pending }
                ? await ReleaseChecklist.ReadAsync(context, history, [.. pending.Select(file => file.Name)], limit.Token)
                : null;
        }
        catch (GateException exception)
        {
            historyUnknown = $"the history of the backups: {exception.Problem.Message}";
        }
        catch (OperationCanceledException)
        {
            historyUnknown = $"the history of the backups: the store did not answer within {HistoryDeadline.TotalSeconds:0} s";
        }
    }

    string? ShownTarget()
    {
        try
        {
            return context.Target.Url.Redacted;
        }
        catch (GateException)
        {
            return null; // the step that needed it has reported why
        }
    }
}
