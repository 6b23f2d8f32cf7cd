using System.Globalization;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Publishing;
using DbGate.Reports;

namespace DbGate.Gates;

/// <summary>
/// What every door shares: it reads the settings once, runs steps, shows each as it ends, and writes the report. So the same input gives the
/// same verdict, codes and report bytes, whoever asks. Texts are made in the invariant culture, whatever the host's is.
/// </summary>
public sealed class GateDoor(GateInput input, IGateDisplay display) : IAsyncDisposable
{
    GateRun? run;
    CancellationToken lastCancellation;

    /// <summary>What the first failure ends a process with; null while nothing has failed.</summary>
    public ExitCode? Failure { get; private set; }

    /// <summary>What the steps stand on; null before the first one.</summary>
    public GateContext? Context => run?.Context;

    /// <summary>Runs one step and shows it.</summary>
    /// <returns>False when it blocks, or when the settings are wrong.</returns>
    public async Task<bool> RunAsync(IStep step, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(step);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // until this method returns
        try
        {
            run ??= Start();
        }
        catch (GateException exception)
        {
            display.ShowRefused(exception.Problem);
            Fail(exception.Problem.Code.ExitCode);
            return false;
        }

        lastCancellation = cancellation;
        var report = await run.ExecuteAsync(step, cancellation);
        display.Show(report);
        if (report.Result.IsBlocking)
        {
            Fail(run.Report().ExitCode);
        }

        return !report.Result.IsBlocking;
    }

    /// <summary>Writes the report and shows the verdict; does nothing when no step ran.</summary>
    /// <param name="asked">The steps that were asked for; those that never ran are listed in the report.</param>
    /// <returns>The run's report; null when no step ran.</returns>
    public async Task<WrittenReport?> FinishAsync(IEnumerable<string> asked)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // until this method returns
        if (run is null)
        {
            return null;
        }

        var notRun = asked.Except(run.Steps.Select(step => step.Step.Name)).ToArray();
        var report = await run.FinishAsync(notRun, lastCancellation);
        string? path = null;
        try
        {
            path = run.Steps.All(step => !step.Step.LeavesReport)
                ? null
                : ReportFolder.Write(run.Context.Settings.GetPath(SettingsCatalog.ReportsFolder), report);
        }
        catch (GateException exception)
        {
            run.Add(exception.Problem);
            report = run.Report(notRun);
        }

        if (report.Verdict == Verdict.Blocked)
        {
            Fail(report.ExitCode);
        }

        display.ShowVerdict(report, path);
        if (path is not null)
        {
            await PublishAsync(run.Context, report);
        }

        return new WrittenReport(report, path);
    }

    /// <summary>Shows that a run executed no gate, which is no pass. To be called when gates were asked for and none had a step to run.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <returns>True when it fails: no gate ran.</returns>
    public bool RefuseNothing(IEnumerable<string> asked)
    {
        if (run is not null || Failure is not null)
        {
            return false;
        }

        display.ShowRefused(GateProblems.NothingRan([.. asked]));
        Fail(ExitCode.Usage);
        return true;
    }

    /// <summary>Runs steps until one blocks, and finishes.</summary>
    public async Task<WrittenReport?> RunAsync(IReadOnlyCollection<IStep> steps, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            RefuseNothing([]);
        }

        foreach (var step in steps)
        {
            if (!await RunAsync(step, cancellation))
            {
                break;
            }
        }

        return await FinishAsync(steps.Select(step => step.Descriptor.Name));
    }

    /// <summary>Ends what the run still holds.</summary>
    public ValueTask DisposeAsync() => run?.DisposeAsync() ?? ValueTask.CompletedTask;

    GateRun Start()
    {
        RunFolder.Sweep(World.Real.Clock.GetUtcNow()); // before anything else: it may hold passwords
        var settings = input.ReadSettings();
        display.Begin(settings);
        return new GateRun(new GateContext(settings, World.Real with
        {
            Progress = display.Progress,
            ChildOutput = display.ChildOutput,
            Prompt = input.Prompt?.Invoke(settings),
            Publishers = input.Publishers,
            ApprovalSources = input.ApprovalSources,
        }));
    }

    /// <summary>After the verdict was written and shown: nothing here can change it. A run that is being cancelled keeps it for the next one.</summary>
    async Task PublishAsync(GateContext context, GateReport report)
    {
        foreach (var problem in (await Publications.PublishAsync(context, report, lastCancellation)).Problems)
        {
            display.Show(problem);
        }
    }

    void Fail(ExitCode code) => Failure ??= code;
}

/// <summary>A run's report, and where it was written.</summary>
/// <param name="Report">All of it.</param>
/// <param name="Path">Absolute path of the Markdown report; the JSON one stands beside it. Null when none was written.</param>
public sealed record WrittenReport(GateReport Report, string? Path);
