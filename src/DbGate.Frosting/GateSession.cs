using Cake.Core;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Terminal;
using DbGate.Releases;

namespace DbGate.Frosting;

/// <summary>One run of gates in a Frosting build: the library's runner, with Cake's arguments before it and a screen behind.</summary>
public sealed class GateSession : IDisposable
{
    readonly GateRunner runner;
    readonly RunOutcome outcome;
    readonly GateInput input;
    readonly CancellationTokenSource cancellationSource = new();
    bool isFinished;

    /// <summary>Made by the container.</summary>
    public GateSession(
        ICakeArguments arguments,
        HostOptions hostOptions,
        RunOutcome outcome,
        IEnumerable<IReportPublisher> publishers,
        IEnumerable<IApprovalSource> approvals,
        CommandStyle? style = null)
        : this(arguments, hostOptions, outcome, publishers, approvals, style, null)
    {
    }

    /// <summary>Made by the container of <see cref="GateHost.RunGates"/>.</summary>
    internal GateSession(
        ICakeArguments arguments,
        HostOptions hostOptions,
        RunOutcome outcome,
        IEnumerable<IReportPublisher> publishers,
        IEnumerable<IApprovalSource> approvals,
        CommandStyle? style,
        ReportOutput? output)
    {
        ArgumentNullException.ThrowIfNull(hostOptions);
        this.outcome = outcome;
        var options = hostOptions.Read(arguments);
        input = GateInput.OfProcess(options, Environment.CurrentDirectory) with
        {
            Style = style is null || Path.IsPathRooted(style.Program) ? CommandStyle.BuildScript : style,
            Prompt = settings => TerminalPrompt.Choose(settings.Get(GeneralSettings.Json)),
            Publishers = [.. publishers],
            ApprovalSources = [.. approvals],
            HostOptions = hostOptions.All,
        };
        runner = new GateRunner(
            input,
            WorkflowDisplay.Around(
                style ?? CommandStyle.BuildScript, input.Style, output, input.Variables, arguments.HasArgument("json")));
        Signals.Cancel(cancellationSource);
    }

    /// <summary>What a dry run knows about these steps.</summary>
    internal IReadOnlyList<StepPreview> Preview(IReadOnlyList<IStep> steps) =>
        Previews.ReadAsync(input, steps, cancellationSource.Token).GetAwaiter().GetResult();

    /// <summary>Runs one step and shows it.</summary>
    /// <exception cref="GateBlockedException">The step blocks, or the settings are wrong.</exception>
    public async Task RunAsync(IStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var report = await runner.ExecuteAsync(step, cancellationSource.Token);
        TakeOver();
        if (report.Result.IsBlocking)
        {
            throw new GateBlockedException(step.Descriptor.Name);
        }
    }

    /// <summary>Writes the report and shows the verdict; does nothing when no gate ran.</summary>
    /// <param name="asked">The gates that were asked for; those that never ran are listed in the report.</param>
    public void Finish(IEnumerable<string> asked)
    {
        isFinished = true;
        runner.FinishAsync(asked).GetAwaiter().GetResult();
        TakeOver();
    }

    /// <summary>Fails a run that reaches the end of a chain without a gate that ran.</summary>
    /// <param name="chain">The target that means the chain.</param>
    /// <exception cref="GateBlockedException">No gate ran.</exception>
    internal void RequireGates(string chain)
    {
        if (!runner.RefuseNothing([chain]))
        {
            return;
        }

        TakeOver();
        throw new GateBlockedException(chain);
    }

    /// <summary>Refuses options that do not exist, whatever tasks run.</summary>
    /// <exception cref="GateBlockedException">There are such options.</exception>
    internal void Begin()
    {
        outcome.HasBegun = true;
        if (runner.RefuseOptions())
        {
            TakeOver();
            throw new GateBlockedException("the command line");
        }
    }

    /// <summary>
    /// Finishes, where the build did not end through <see cref="GateHost.RunGates"/>; then ends what the run still holds.
    /// </summary>
    public void Dispose()
    {
        if (!isFinished)
        {
            Finish([]);
        }

        runner.DisposeAsync().AsTask().GetAwaiter().GetResult();
        cancellationSource.Dispose();
    }

    void TakeOver()
    {
        if (runner.Failure is { } code)
        {
            outcome.Fail(code);
        }
    }
}
