using Cake.Core;
using Cake.Core.Diagnostics;

namespace DbGate.Frosting;

/// <summary>Cake's log, silent about a failure that DbGate has shown already.</summary>
sealed class QuietLog(ICakeLog log, RunOutcome outcome) : ICakeLog
{
    public Verbosity Verbosity
    {
        get => log.Verbosity;
        set => log.Verbosity = value;
    }

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        if (outcome.ExitCode is null || level > LogLevel.Error)
        {
            log.Write(verbosity, level, format, args);
        }
    }
}

/// <summary>No table of durations after DbGate's own verdict.</summary>
sealed class NoReport : ICakeReportPrinter
{
    public void Write(CakeReport report)
    {
    }

    public void WriteLifeCycleStep(string name, Verbosity verbosity)
    {
    }

    public void WriteSkippedStep(string name, Verbosity verbosity)
    {
    }

    public void WriteStep(string name, Verbosity verbosity)
    {
    }
}
