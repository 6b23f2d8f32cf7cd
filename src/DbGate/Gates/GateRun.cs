using System.Collections.Immutable;
using System.Reflection;
using DbGate.Backups.History;
using DbGate.Configuration;
using DbGate.Evidence.Log;
using DbGate.Evidence.Rules;
using DbGate.Problems;

namespace DbGate.Gates;

/// <summary>One run of a gate: executes steps, turns every failure into a problem, and ends as a <see cref="GateReport"/>.</summary>
public sealed class GateRun(GateContext context) : IAsyncDisposable
{
    static readonly TimeSpan HistoryDeadline = TimeSpan.FromSeconds(20);

    readonly DateTimeOffset startedAt = context.Clock.GetUtcNow();
    readonly List<StepReport> steps = [];
    readonly List<Problem> problems = [];
    readonly Lazy<Checkout> checkout = new(() => Checkout.Of(context.Settings));
    BackupHistory? history;
    string? historyUnknown;

    /// <summary>DbGate's own version.</summary>
    public static string ToolVersion { get; } =
        (typeof(GateRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    /// <summary>What the steps stand on.</summary>
    public GateContext Context { get; } = context;

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<StepReport> Steps => steps;

    /// <summary>Runs one step to its end. Never throws for an expected failure, a fault of DbGate or a cancellation: all of them block.</summary>
    public async Task<StepReport> ExecuteAsync(IStep step, CancellationToken cancellation)
    {
        var start = Context.Clock.GetTimestamp();
        var result = Located(await Guarded(step, cancellation));
        await Context.CloseSessionAsync();
        if (step.Descriptor.IsRecorded && !result.OnlyLooked && await Recorder.EndAsync(Context, step.Descriptor, result) is { } unwritten && !IsTold(unwritten, result.AllProblems))
        {
            result = result with { Problems = [.. result.Problems, unwritten] };
        }

        var report = new StepReport(step.Descriptor, AtThisMoment.Of(result, Context), Context.Clock.GetElapsedTime(start));
        steps.Add(report);
        return report;
    }

    /// <summary>Adds a problem that belongs to no step.</summary>
    public void Add(Problem problem) => problems.Add(AtThisMoment.Of(problem, Context));

    /// <summary>The report at the end, which is recorded in the evidence log when a step of the run was.</summary>
    /// <param name="notRun">Names of steps that were asked for and never reached.</param>
    public Task<GateReport> FinishAsync(params IReadOnlyList<string> notRun) => FinishAsync(notRun, CancellationToken.None);

    /// <summary>The same; a run that is being cancelled does not wait for the history of the backups.</summary>
    /// <param name="notRun">Names of steps that were asked for and never reached.</param>
    /// <param name="cancellation">Of the run.</param>
    internal async Task<GateReport> FinishAsync(IReadOnlyList<string> notRun, CancellationToken cancellation)
    {
        (history, historyUnknown) = cancellation.IsCancellationRequested ? (null, null) : await ReadHistoryAsync();
        if (await Recorder.EndAsync(Context, Report(notRun)) is { } unwritten && !IsTold(unwritten, steps.SelectMany(step => step.Result.AllProblems)))
        {
            Add(unwritten);
        }

        return Report(notRun);
    }

    /// <summary>The report so far.</summary>
    /// <param name="notRun">Names of steps that were asked for and never reached.</param>
    public GateReport Report(params IEnumerable<string> notRun) => new()
    {
        ToolVersion = ToolVersion,
        Environment = Context.Environment.ToString().ToLowerInvariant(),
        Target = ShownTarget(),
        Commit = Commits.Find(Context.Settings.Root),
        StartedAt = startedAt,
        FinishedAt = Context.Clock.GetUtcNow(),
        Steps = [.. steps],
        Problems = [.. problems],
        WaiversUsed = [.. Context.WaiversUsed.OrderBy(waiver => waiver.Check, StringComparer.Ordinal)],
        NotChecked = [.. notRun.Select(name => $"{name} did not run"), .. steps.SelectMany(step => step.Result.NotChecked), .. historyUnknown is null ? Array.Empty<string>() : [historyUnknown]],
        RulesChanged = Context.IsProduction ? [.. Context.Settings.Rules.Changes.Select(Evidence.Plans.PlanRuleChange.From)] : [],
        Release = ReleaseFacts.Of(Context, history),
        Scope = Context.Scope,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Context.DisposeAsync();

    async Task<StepResult> Guarded(IStep step, CancellationToken cancellation)
    {
        try
        {
            Contacts.Follow(Context.Contacts);
            Context.DemandKnownWaivers();
            var unknown = await RulesOfRun.EnsureAsync(Context, step.Descriptor, cancellation);
            var result = await step.RunAsync(Context, cancellation);
            return result with
            {
                Problems = [.. Context.Waive(result.Problems)],
                NotChecked = [.. result.NotChecked, .. unknown is null ? Array.Empty<string>() : [unknown], .. Context.TakeRuleNotes()],
            };
        }
        catch (GateException exception) when (cancellation.IsCancellationRequested && exception.Problem.Code.ExitCode == ExitCode.Environment)
        {
            // What fails after the signal fails because of it: a pipeline repeats a failed environment, and must not repeat a cancelled run.
            return Stopped(ConfigurationProblems.Cancelled(step.Descriptor.Name) with { Cause = exception.Problem.Message });
        }
        catch (GateException exception)
        {
            return Stopped(exception.Problem);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Stopped(ConfigurationProblems.Cancelled(step.Descriptor.Name));
        }
#pragma warning disable CA1031 // A fault of DbGate itself blocks like any other.
        catch (Exception exception)
        {
            return Stopped(ConfigurationProblems.Internal(exception));
        }
#pragma warning restore CA1031
    }

    /// <summary>Problems name files so that an editor finds them.</summary>
    StepResult Located(StepResult result) => result with
    {
        Problems = [.. result.Problems.Select(Located)],
        Checks = [.. result.Checks.Select(check => check with { Result = check.Result with { Problems = [.. check.Result.Problems.Select(Located)] } })],
    };

    Problem Located(Problem problem) => problem with
    {
        Location = problem.Location is { } place ? place with { File = checkout.Value.InProject(place.File) } : null,
    };

    /// <summary>No waiver covers it: a step that did not come to its end has nothing to show for a pass.</summary>
    static StepResult Stopped(Problem problem) => new() { Summary = problem.Message, Problems = [problem] };

    /// <summary>A store that fails is one thing: that it then takes no evidence either says nothing more.</summary>
    static bool IsTold(Problem unwritten, IEnumerable<Problem> problems) =>
        problems.Any(problem => problem.IsBlocking && (problem.Message == unwritten.Cause || (problem.Code == unwritten.Code && problem.Cause == unwritten.Cause)));

    /// <summary>For the reports only: a store that does not answer is named among what was not checked, and blocks nothing.</summary>
    async Task<(BackupHistory? History, string? Unknown)> ReadHistoryAsync()
    {
        if (Context.Proof<BackupProof>() is null && Context.Proof<ReleaseProof>() is null)
        {
            return (null, null);
        }

        using var limit = new CancellationTokenSource(HistoryDeadline, Context.Clock);
        try
        {
            return (await Context.World.Evidence.HistoryAsync(Context, limit.Token), null);
        }
        catch (GateException exception)
        {
            return (null, $"the history of the backups: {exception.Problem.Message}");
        }
        catch (OperationCanceledException)
        {
            return (null, $"the history of the backups: the store did not answer within {HistoryDeadline.TotalSeconds:0} s");
        }
    }

    string? ShownTarget()
    {
        try
        {
            return Context.Target.Url.Redacted;
        }
        catch (GateException)
        {
            return null; // the step that needed it has said why
        }
    }
}
