using System.Collections;
using Cake.Core;
using DbGate.Configuration;
using DbGate.Frosting.Display;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Reports;

namespace DbGate.Frosting;

/// <summary>One run of gates in a Frosting build: reads the settings once, runs steps, shows them, and writes the report.</summary>
public sealed class GateSession : IDisposable
{
    readonly ICakeArguments arguments;
    readonly HostOptions hostOptions;
    readonly RunOutcome outcome;
    readonly CancellationTokenSource cancellation = new();
    readonly Screen screen;
    GateRun? run;

    /// <summary>Made by the container.</summary>
    public GateSession(ICakeArguments arguments, HostOptions hostOptions, RunOutcome outcome)
    {
        (this.arguments, this.hostOptions, this.outcome) = (arguments, hostOptions, outcome);
        screen = Screen.Choose(arguments.HasArgument("json"));
        Signals.Cancel(cancellation);
    }

    /// <summary>Runs one step and shows it.</summary>
    /// <exception cref="GateBlockedException">The step blocks, or the settings are wrong.</exception>
    public async Task RunAsync(IStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        try
        {
            run ??= Start();
        }
        catch (GateException exception)
        {
            screen.Show(exception.Problem);
            outcome.Fail(exception.Problem.Code.ExitCode);
            throw new GateBlockedException(step.Descriptor.Name);
        }

        var report = await run.ExecuteAsync(step, cancellation.Token);
        screen.Show(report);
        if (report.Result.IsBlocking)
        {
            outcome.Fail(run.Report().ExitCode);
            throw new GateBlockedException(step.Descriptor.Name);
        }
    }

    /// <summary>Writes the report and shows the verdict; does nothing when no gate ran.</summary>
    /// <param name="asked">The gates that were asked for; those that never ran are listed in the report.</param>
    public void Finish(IEnumerable<string> asked)
    {
        if (run is null)
        {
            return;
        }

        var notRun = asked.Except(run.Steps.Select(step => step.Step.Name)).ToArray();
        var settings = run.Context.Settings;
        var report = run.FinishAsync(notRun).GetAwaiter().GetResult();
        if (report.Verdict == Verdict.Blocked)
        {
            outcome.Fail(report.ExitCode);
        }

        string? path = null;
        try
        {
            path = run.Steps.All(step => !step.Step.LeavesReport) ? null : ReportFolder.Write(settings.GetPath(SettingsCatalog.ReportsFolder), report);
        }
        catch (GateException exception)
        {
            run.Add(exception.Problem);
            report = run.Report(notRun);
            outcome.Fail(report.ExitCode);
        }

        screen.ShowVerdict(report, path is null ? null : Path.GetRelativePath(Environment.CurrentDirectory, path));
    }

    /// <summary>Ends what the run still holds.</summary>
    public void Dispose()
    {
        run?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        cancellation.Dispose();
    }

    GateRun Start()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        var calledFrom = variables.GetValueOrDefault("DBGATE_CALLED_FROM") ?? Environment.CurrentDirectory;
        var settings = SettingsReader.Read(hostOptions.Read(arguments), variables, calledFrom);
        return new GateRun(new GateContext(settings, World.Real with { Progress = screen.Progress, Prompt = TerminalPrompt.Choose(settings.Get(SettingsCatalog.Json)) }));
    }
}
