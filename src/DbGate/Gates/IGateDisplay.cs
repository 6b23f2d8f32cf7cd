using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>Where a run is seen: a terminal, a build's log. It renders; it decides nothing.</summary>
interface IGateDisplay
{
    /// <summary>Where long work shows how far it is.</summary>
    IProgressDisplay Progress { get; }

    /// <summary>Hears what a migration tool writes, line by line and scrubbed, from other threads; null when no one wants to.</summary>
    Action<string>? ChildOutput => null;

    /// <summary>Called once, before anything is shown that may hold a setting's value.</summary>
    void Begin(Settings settings)
    {
    }

    /// <summary>Shows a step that has ended.</summary>
    void Show(StepReport step);

    /// <summary>Shows a problem that belongs to no step: the settings are wrong.</summary>
    void Show(Problem problem);

    /// <summary>Shows why the run could not begin; nothing is shown after it.</summary>
    void ShowRefused(Problem problem) => Show(problem);

    /// <summary>Shows how the run ended.</summary>
    /// <param name="report">All of it.</param>
    /// <param name="path">Absolute path of the Markdown report; null when none was written.</param>
    void ShowVerdict(GateReport report, string? path);
}
