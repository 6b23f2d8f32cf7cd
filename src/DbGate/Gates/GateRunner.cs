using System.Globalization;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Progress;
using DbGate.Publishing;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Reports;

namespace DbGate.Gates;

/// <summary>
/// Runs steps for every host: reads the settings once, executes the steps in order over one <see cref="ReleaseState"/>, shows each as it
/// ends, and writes the report. So the same input gives the same verdict, codes and JSON everywhere. Texts are made in the
/// invariant culture.
/// </summary>
public sealed class GateRunner : IAsyncDisposable
{
    readonly Func<GateContext> open;
    readonly GateInput? input;
    readonly IGateDisplay display;
    GateContext? context;
    RunRecord? record;
    StepExecution? execution;
    CancellationToken lastCancellation;

    /// <summary>A run of a host. The settings are read before the first step.</summary>
    /// <param name="input">What the host was given.</param>
    /// <param name="display">Where the run is shown.</param>
    internal GateRunner(GateInput input, IGateDisplay display)
    {
        (this.input, this.display) = (input, display);
        open = () => Open(input, display);
    }

    /// <summary>A run with settings that are read already. Shows nothing.</summary>
    /// <param name="context">The settings, the target and the clock; the runner disposes it.</param>
    public GateRunner(GateContext context)
    {
        (open, display) = (() => context, NoDisplay.Instance);
        Begin();
    }

    /// <summary>What the first failure ends a process with; null while nothing has failed.</summary>
    public ExitCode? Failure { get; private set; }

    /// <summary>What the steps run on.</summary>
    /// <exception cref="InvalidOperationException">No step was asked for yet, or the settings are wrong.</exception>
    public GateContext Context => context ?? throw new InvalidOperationException("The run has not begun.");

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<StepReport> Steps => record?.Steps ?? [];

    /// <summary>
    /// Runs tasks and what they depend on, in the order of a release, and writes the report into the project's reports folder. Stops
    /// after the first that blocks; the report lists the rest as not run. Shows nothing.
    /// </summary>
    /// <param name="options">The project, its database and its settings.</param>
    /// <param name="tasks">Names of tasks, such as <c>production-safety</c>.</param>
    /// <param name="cancellationToken">Cancels the run: a report that blocks with exit code 130.</param>
    /// <returns>The report. Its verdict, not an exception, states whether the release may go on.</returns>
    /// <exception cref="GateException">The run could not begin: an unknown task (DBG0060), wrong settings (DBG0001 to DBG0007).</exception>
    public static async Task<GateReport> RunAsync(
        DbGateOptions options, IReadOnlyCollection<string> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tasks);
        var display = new RefusalOnly();
        await using var runner = new GateRunner(options.ToInput(), display);
        var written = await runner.RunAsync(TaskCatalog.Steps(tasks), cancellationToken);
        return written?.Report ?? throw new GateException(display.Refusal!);
    }

    /// <summary>Runs checks of one's own, each to its end. Writes nothing.</summary>
    /// <param name="options">The project, its database and its settings.</param>
    /// <param name="checks">The checks. An exception of one becomes a result that blocks.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>One report for each check, in their order.</returns>
    /// <exception cref="GateException">Wrong settings (DBG0001 to DBG0007); no check ran (DBG0127).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<IReadOnlyList<CheckReport>> CheckAsync(
        DbGateOptions options, IEnumerable<ICheck> checks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(checks);
        await using var context = new GateContext(options.ToInput().ReadSettings());
        return await CheckRunner.RunAsync(checks, context, cancellationToken);
    }

    /// <summary>
    /// Runs one step to its end and shows it. Never throws for an expected failure, a fault of DbGate or a cancellation: each of them
    /// blocks. Wrong settings block the step before it runs; such a run has no report.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public async Task<StepReport> ExecuteAsync(IStep step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // until this method returns
        try
        {
            Begin();
            step = input is null ? step : TaskCatalog.Choose(step, input.Options);
        }
        catch (GateException exception)
        {
            display.ShowRefused(exception.Problem);
            Fail(exception.Problem.Code.ExitCode);
            return new StepReport(step.Descriptor, StepExecution.Stopped(exception.Problem), TimeSpan.Zero);
        }

        lastCancellation = cancellationToken;
        var report = await execution!.RunAsync(step, cancellationToken);
        record!.Add(report);
        display.Show(report);
        if (report.Result.IsBlocking)
        {
            Fail(Report().ExitCode);
        }

        return report;
    }

    /// <summary>Runs steps until one blocks, and finishes.</summary>
    /// <param name="steps">The steps, in order. A run of none fails.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The run's report; null when no step ran.</returns>
    internal async Task<WrittenReport?> RunAsync(IReadOnlyCollection<IStep> steps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            RefuseNothing([]);
        }

        foreach (var step in steps)
        {
            if ((await ExecuteAsync(step, cancellationToken)).Result.IsBlocking)
            {
                break;
            }
        }

        return await FinishAsync(steps.Select(step => step.Descriptor.Name));
    }

    /// <summary>Records the verdict, writes the report, shows it and publishes it; does nothing when no step ran.</summary>
    /// <param name="asked">The steps that were asked for; those that never ran are listed in the report.</param>
    /// <returns>The run's report; null when no step ran.</returns>
    internal async Task<WrittenReport?> FinishAsync(IEnumerable<string> asked)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // until this method returns
        if (record is null)
        {
            return null;
        }

        string[] notRun = [.. asked.Except(Steps.Select(step => step.Step.Name))];
        var report = await RecordAsync(notRun);
        string? path = null;
        try
        {
            path =
                Steps.All(step => !step.Step.LeavesReport)
                    ? null
                    : ReportFolder.Write(Context.Settings.GetPath(GeneralSettings.ReportsFolder), report);
        }
        catch (GateException exception)
        {
            Add(exception.Problem);
            report = Report(notRun);
        }

        if (report.Verdict == Verdict.Blocked)
        {
            Fail(report.ExitCode);
        }

        display.ShowVerdict(report, path);
        if (path is not null)
        {
            await PublishAsync(report);
        }

        return new WrittenReport(report, path);
    }

    /// <summary>
    /// The report at the end, after it was recorded in the evidence log when a step of the run was. Writes no file of the report.
    /// </summary>
    /// <param name="notRun">Names of steps that were asked for and never reached.</param>
    public async Task<GateReport> RecordAsync(params IReadOnlyList<string> notRun)
    {
        if (!lastCancellation.IsCancellationRequested)
        {
            await record!.ReadHistoryAsync(); // a run that is being cancelled does not wait for it
        }

        if (await EvidenceWriter.EndAsync(Context, Report(notRun)) is { } unwritten && !record!.Contains(unwritten))
        {
            Add(unwritten);
        }

        return Report(notRun);
    }

    /// <summary>The report so far.</summary>
    /// <param name="notRun">Names of steps that were asked for and never reached.</param>
    /// <exception cref="InvalidOperationException">The run has not begun.</exception>
    public GateReport Report(params IEnumerable<string> notRun) =>
        (record ?? throw new InvalidOperationException("The run has not begun.")).Report(notRun);

    /// <summary>Adds a problem that belongs to no step.</summary>
    /// <param name="problem">The problem.</param>
    /// <exception cref="InvalidOperationException">The run has not begun.</exception>
    public void Add(Problem problem) => (record ?? throw new InvalidOperationException("The run has not begun.")).Add(problem);

    /// <summary>Shows the first option that does not exist, and fails. For hosts that run tasks of other kinds, too.</summary>
    /// <returns>True when there is one.</returns>
    public bool RefuseOptions()
    {
        try
        {
            input?.CheckOptions();
            return false;
        }
        catch (GateException exception)
        {
            display.ShowRefused(exception.Problem);
            Fail(exception.Problem.Code.ExitCode);
            return true;
        }
    }

    /// <summary>
    /// Fails a run that executed no gate, which is not a pass. To be called when gates were asked for and none has a step to run.
    /// </summary>
    /// <param name="asked">What was asked for.</param>
    /// <returns>True when no gate ran.</returns>
    public bool RefuseNothing(IEnumerable<string> asked)
    {
        if (record is not null || Failure is not null)
        {
            return false;
        }

        display.ShowRefused(GateProblems.NothingRan([.. asked]));
        Fail(ExitCode.Usage);
        return true;
    }

    /// <summary>Ends what the run still holds.</summary>
    public ValueTask DisposeAsync() => context?.DisposeAsync() ?? ValueTask.CompletedTask;

    static GateContext Open(GateInput input, IGateDisplay display)
    {
        RunFolder.Sweep(GateServices.Real.Clock.GetUtcNow()); // before anything else: it may hold passwords
        var settings = input.ReadSettings();
        display.Begin(settings);
        return new GateContext(settings, GateServices.Real with
        {
            Progress = display.Progress,
            ChildOutput = display.ChildOutput,
            Prompt = input.Prompt?.Invoke(settings),
            Style = input.Style,
            Publishers = input.Publishers,
            ApprovalSources = input.ApprovalSources,
        });
    }

    void Begin()
    {
        context ??= open();
        record ??= new RunRecord(context);
        execution ??= new StepExecution(context);
    }

    /// <summary>
    /// After the verdict was written and shown: nothing here can change it. A run that is being cancelled keeps it for the next one.
    /// </summary>
    async Task PublishAsync(GateReport report)
    {
        foreach (var problem in (await Publications.PublishAsync(Context, report, lastCancellation)).Problems)
        {
            display.Show(problem);
        }
    }

    void Fail(ExitCode code) => Failure ??= code;

    /// <summary>For a run that is only read as a report.</summary>
    class NoDisplay : IGateDisplay
    {
        public static NoDisplay Instance { get; } = new();

        public IProgressDisplay Progress => NoProgress.Instance;

        public void Show(StepReport step)
        {
        }

        public void Show(Problem problem)
        {
        }

        public void ShowVerdict(GateReport report, string? path)
        {
        }
    }

    /// <summary>Keeps why the run could not begin.</summary>
    sealed class RefusalOnly : NoDisplay, IGateDisplay
    {
        public Problem? Refusal { get; private set; }

        void IGateDisplay.ShowRefused(Problem problem) => Refusal ??= problem;
    }
}

/// <summary>A run's report, and where it was written.</summary>
/// <param name="Report">All of it.</param>
/// <param name="Path">Absolute path of the Markdown report; the JSON one is next to it. Null when none was written.</param>
sealed record WrittenReport(GateReport Report, string? Path);
