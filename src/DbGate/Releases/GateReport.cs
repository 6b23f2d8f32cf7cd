using System.Collections.Immutable;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases.Plans;

namespace DbGate.Releases;

/// <summary>The verdict of a whole run.</summary>
public enum Verdict
{
    /// <summary>Everything that was asked for holds.</summary>
    Pass,

    /// <summary>Something does not hold, or could not be checked.</summary>
    Blocked,
}

/// <summary>A step with its result.</summary>
/// <param name="Step">What ran.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Duration">How long it took.</param>
public sealed record StepReport(StepDescriptor Step, StepResult Result, TimeSpan Duration);

/// <summary>Everything a run found; every report is a pure function of it.</summary>
public sealed record GateReport
{
    /// <summary>Version of this shape in JSON.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The version of DbGate.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The environment's name in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The target without its password; null when no step asked for it.</summary>
    public string? Target { get; init; }

    /// <summary>The gated project's commit; null outside a git checkout.</summary>
    public string? Commit { get; init; }

    /// <summary>When the run began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>The steps in the order in which they ran.</summary>
    public required ImmutableArray<StepReport> Steps { get; init; }

    /// <summary>Problems outside of any step: settings, arguments.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>The waivers that let something pass.</summary>
    internal ImmutableArray<Waiver> WaiversUsed { get; init; } = [];

    /// <summary>What was not looked at, in words; steps that did not run are among it.</summary>
    public ImmutableArray<string> NotChecked { get; init; } = [];

    /// <summary>
    /// The rules of production that the commit makes weaker: the old ones judged this run, and these take effect after an approved release.
    /// </summary>
    internal ImmutableArray<PlanRuleChange> RulesChanged { get; init; } = [];

    /// <summary>What the commands of the report repeat.</summary>
    internal CommandScope Scope { get; init; } = CommandScope.None;

    /// <summary>How the host writes commands. JSON and stored plans always use <see cref="CommandStyle.BuildScript"/>.</summary>
    internal CommandStyle Style { get; init; } = CommandStyle.BuildScript;

    /// <summary>The plan, its approvals and the backups behind it; null when the run had to do with none of them.</summary>
    internal ReleaseFacts? Release { get; init; }

    /// <summary>Every problem of the run.</summary>
    public IEnumerable<Problem> AllProblems => Problems.Concat(Steps.SelectMany(step => step.Result.AllProblems));

    /// <summary>Pass only when no step and no problem blocks.</summary>
    public Verdict Verdict =>
        Steps.Any(step => step.Result.IsBlocking) || Problems.Any(problem => problem.IsBlocking) ? Verdict.Blocked : Verdict.Pass;

    /// <summary>What the process ends with.</summary>
    public ExitCode ExitCode => Verdict == Verdict.Pass ? ExitCode.Pass : ExitCodes.From(AllProblems);
}

/// <summary>Chooses one exit code for several problems.</summary>
static class ExitCodes
{
    // What a person must know first wins: a changed database, then our own fault, then what a retry cannot fix.
    static readonly ExitCode[] Precedence =
    [
        ExitCode.MigrationFailed, ExitCode.Cancelled, ExitCode.InternalFault, ExitCode.Usage, ExitCode.Stale, ExitCode.Locked,
        ExitCode.Credentials, ExitCode.Blocked, ExitCode.Environment,
    ];

    /// <summary>The code of the weightiest blocking problem.</summary>
    public static ExitCode From(IEnumerable<Problem> problems)
    {
        var codes = problems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.ExitCode).ToHashSet();
        return Precedence.Where(codes.Contains).Cast<ExitCode?>().FirstOrDefault() ?? ExitCode.Blocked;
    }
}
