using DbGate.Backups;
using DbGate.CommandGuard;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Releases.Approvals;
using DbGate.Releases.Deploys;
using DbGate.Releases.Plans;
using DbGate.Statements;
using DbGate.Releases.Rehearsals;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>What a step establishes. Each kind has one place in <see cref="ReleaseState"/>; a newer fact replaces an older one.</summary>
/// <typeparam name="TFact">The fact itself.</typeparam>
interface IReleaseFact<TFact>
    where TFact : class, IReleaseFact<TFact>
{
    /// <summary>Its place.</summary>
    static abstract ReleasePlace<TFact> Place { get; }
}

/// <summary>Where a fact is kept.</summary>
/// <typeparam name="TFact">The fact.</typeparam>
/// <param name="Name">The fact's name in messages, with its article: "a verified backup".</param>
/// <param name="MadeBy">The task that makes it.</param>
/// <param name="Read">Takes it from the state; null when it is missing.</param>
/// <param name="Write">Returns a state that has it.</param>
sealed record ReleasePlace<TFact>(
    string Name, string MadeBy, Func<ReleaseState, TFact?> Read, Func<ReleaseState, TFact, ReleaseState> Write)
    where TFact : class;

/// <summary>A step that needs a fact of an earlier step. Where it is missing, the step blocks.</summary>
/// <typeparam name="TFact">The fact.</typeparam>
interface IConsumes<TFact> : IStep
    where TFact : class, IReleaseFact<TFact>;

/// <summary>A step that leaves a fact for later steps of the run.</summary>
/// <typeparam name="TFact">The fact.</typeparam>
interface IProduces<TFact> : IStep
    where TFact : class, IReleaseFact<TFact>;

/// <summary>No production path reaches a destructive command.</summary>
/// <param name="Entrypoints">The number of entrypoints that were followed.</param>
sealed record GuardProof(int Entrypoints) : IReleaseFact<GuardProof>
{
    static ReleasePlace<GuardProof> IReleaseFact<GuardProof>.Place { get; } =
        new("the guard's verdict", "forbid-db-push", state => state.Guard, (state, fact) => state with { Guard = fact });

    /// <summary>The files that the verdict depends on.</summary>
    internal GuardBasis? Basis { get; init; }
}

/// <summary>The safety checks hold.</summary>
/// <param name="At">When they were run (UTC).</param>
sealed record SafetyProof(DateTimeOffset At) : IReleaseFact<SafetyProof>
{
    static ReleasePlace<SafetyProof> IReleaseFact<SafetyProof>.Place { get; } =
        new("the safety checks", "production-safety", state => state.Safety, (state, fact) => state with { Safety = fact });
}

/// <summary>A backup that was read again and found complete.</summary>
/// <param name="Identity">The database that it is of.</param>
/// <param name="Location">The archive.</param>
/// <param name="ManifestSha256">Lower-case hex digest of the manifest.</param>
/// <param name="TakenAt">When its snapshot was taken.</param>
/// <param name="Level">How far it was verified: L1, L2 or L3.</param>
sealed record BackupProof(TargetIdentity Identity, string Location, string ManifestSha256, DateTimeOffset TakenAt, string Level)
    : IReleaseFact<BackupProof>
{
    static ReleasePlace<BackupProof> IReleaseFact<BackupProof>.Place { get; } =
        new("a verified backup", "backup-first", state => state.Backup, (state, fact) => state with { Backup = fact });

    /// <summary>The lines that go back to it with the engine that took it; empty for DbGate's own archives.</summary>
    public IReadOnlyList<string> Recovery { get; init; } = [];
}

/// <summary>The target right before a backup of this run was taken.</summary>
/// <param name="Catalog">Its objects.</param>
/// <param name="Writes">What had been written until then; null where it cannot be read.</param>
sealed record BackupBaseline(CatalogSnapshot Catalog, DatabaseWrites? Writes) : IReleaseFact<BackupBaseline>
{
    static ReleasePlace<BackupBaseline> IReleaseFact<BackupBaseline>.Place { get; } =
        new("the state of the target before the backup", "backup-first", state => state.Baseline,
            (state, fact) => state with { Baseline = fact });
}

/// <summary>What the pending migrations did on the restored backup.</summary>
/// <param name="Rehearsal">The measurements.</param>
/// <param name="Drift">How the live database differs from what its applied migrations give; null when it was not compared.</param>
/// <param name="Report">Statement by statement.</param>
/// <param name="NotChecked">What could not be looked at.</param>
sealed record RehearsalProof(
    PlanRehearsal Rehearsal, IReadOnlyList<string>? Drift, RehearsalReport Report, IReadOnlyList<string> NotChecked)
    : IReleaseFact<RehearsalProof>
{
    static ReleasePlace<RehearsalProof> IReleaseFact<RehearsalProof>.Place { get; } =
        new("a rehearsal", "rehearse", state => state.Rehearsal, (state, fact) => state with { Rehearsal = fact });

    /// <summary>The SQL that migrations ran, by their names, where the deploy command was rehearsed; their files are code.</summary>
    internal IReadOnlyDictionary<string, SqlScript> Executed { get; init; } = new Dictionary<string, SqlScript>();
}

/// <summary>The migration that failed at the rehearsal, for the reports.</summary>
/// <param name="Failed">The migration.</param>
sealed record FailedRehearsalProof(FailedRehearsal Failed) : IReleaseFact<FailedRehearsalProof>
{
    static ReleasePlace<FailedRehearsalProof> IReleaseFact<FailedRehearsalProof>.Place { get; } =
        new("the failed rehearsal", "rehearse", state => state.FailedRehearsal, (state, fact) => state with { FailedRehearsal = fact });
}

/// <summary>The plan that this run made or continues.</summary>
/// <param name="File">The plan.</param>
sealed record PlanProof(PlanFile File) : IReleaseFact<PlanProof>
{
    static ReleasePlace<PlanProof> IReleaseFact<PlanProof>.Place { get; } =
        new("a plan", "plan", state => state.Plan, (state, fact) => state with { Plan = fact });
}

/// <summary>The plan and its approvals, for the reports.</summary>
/// <param name="File">The plan, or the draft of one that is blocked.</param>
/// <param name="IsStored">False for a draft.</param>
/// <param name="Approvals">Null when they were not counted.</param>
sealed record ReleaseProof(PlanFile File, bool IsStored, ApprovalCount? Approvals) : IReleaseFact<ReleaseProof>
{
    static ReleasePlace<ReleaseProof> IReleaseFact<ReleaseProof>.Place { get; } =
        new("a plan", "plan", state => state.Release, (state, fact) => state with { Release = fact });
}

/// <summary>The deploy of this run.</summary>
/// <param name="Applied">The migrations that it applied.</param>
sealed record DeployProof(IReadOnlyList<string> Applied) : IReleaseFact<DeployProof>
{
    static ReleasePlace<DeployProof> IReleaseFact<DeployProof>.Place { get; } =
        new("a deploy", "migrate-deploy", state => state.Deploy, (state, fact) => state with { Deploy = fact });
}

/// <summary>The migration that failed in the deploy, for the reports.</summary>
/// <param name="Failed">The migration.</param>
sealed record FailedDeployProof(FailedDeploy Failed) : IReleaseFact<FailedDeployProof>
{
    static ReleasePlace<FailedDeployProof> IReleaseFact<FailedDeployProof>.Place { get; } =
        new("the failed deploy", "migrate-deploy", state => state.FailedDeploy, (state, fact) => state with { FailedDeploy = fact });
}
