using System.Collections.Immutable;
using DbGate.Checks;
using DbGate.Problems;
using DbGate.Releases.Plans;

namespace DbGate.Releases;

/// <summary>What a step of a gate is, before it runs.</summary>
/// <param name="Name">Its kebab-case name, the same as its task's.</param>
/// <param name="DryRun">What it does, for a dry run.</param>
public sealed record StepDescriptor(string Name, string DryRun)
{
    /// <summary>False for steps that only look or answer, such as <c>doctor</c>: a run of nothing else writes no report.</summary>
    public bool LeavesReport { get; init; } = true;

    /// <summary>True when it needs nothing but the project's files and settings: the same files give the same result.</summary>
    public bool IsPure { get; init; }

    /// <summary>True when the evidence log keeps how it ended.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>With <c>--json</c> a run of this step alone prints the step's own document, for programs that read nothing else.</summary>
    internal bool PrintsDocument { get; init; }

    /// <summary>It is about production, whatever environment the run names.</summary>
    internal bool IsAboutProduction { get; init; }

    /// <summary>It goes on with what earlier steps left in the store: where that has no evidence, a refusal leaves none either.</summary>
    internal bool GoesOn { get; init; }

    /// <summary>It prepares or makes the deploy, so the rules that the database keeps must be those of the evidence log.</summary>
    internal bool DemandsKeptRules { get; init; }

    /// <summary>
    /// It runs in a disaster, also when the evidence is lost or damaged: the default rules hold then, and what is stricter.
    /// </summary>
    internal bool IsForRecovery { get; init; }
}

/// <summary>One step of a gate: <c>GateRunner</c> runs it, and the host renders the result. What it needs and leaves is declared by
/// <see cref="IConsumes{TFact}"/> and <see cref="IProduces{TFact}"/>.</summary>
public interface IStep
{
    /// <summary>What it is.</summary>
    StepDescriptor Descriptor { get; }

    /// <summary>Does the work. Expected failures are problems of the result or a <see cref="GateException"/>.</summary>
    Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken);
}

/// <summary>A file of a step's own, written next to the run's report.</summary>
/// <param name="Name">A plain file name, such as <c>plan.md</c>.</param>
/// <param name="Text">All of it.</param>
sealed record StepFile(string Name, string Text);

/// <summary>What a step found.</summary>
public sealed record StepResult
{
    /// <summary>One sentence for the table.</summary>
    public required string Summary { get; init; }

    /// <summary>The checks that it ran.</summary>
    public ImmutableArray<CheckReport> Checks { get; init; } = [];

    /// <summary>Problems next to those of the checks.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>What it measured or produced.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>What it did not look at, in words.</summary>
    public ImmutableArray<string> NotChecked { get; init; } = [];

    /// <summary>A document of the step's own for the JSON report, such as the statistics; already serialised.</summary>
    public string? Json { get; init; }

    /// <summary>
    /// True when it only looked: a step that is recorded otherwise then leaves no evidence, such as <c>protect --verify</c> or
    /// <c>prune-backups --preview</c>.
    /// </summary>
    public bool OnlyLooked { get; init; }

    /// <summary>Files of its own for the run's folder.</summary>
    internal ImmutableArray<StepFile> Files { get; init; } = [];

    /// <summary>What it hands to the pipeline around the run, such as a plan's digest; names in kebab-case.</summary>
    public ImmutableArray<Fact> Outputs { get; init; } = [];

    /// <summary>
    /// Every problem, those of the checks first; what several checks stumbled over, such as a server that refuses them all, once.
    /// </summary>
    public IEnumerable<Problem> AllProblems =>
        Checks.SelectMany(check => check.Result.Problems)
            .Concat(Problems)
            .DistinctBy(problem => (problem.Code, problem.Message, problem.Cause, problem.State, problem.Location, problem.Severity));

    /// <summary>True when the step stops the release.</summary>
    public bool IsBlocking => Checks.Any(check => check.Result.IsBlocking) || Problems.Any(problem => problem.IsBlocking);
}
