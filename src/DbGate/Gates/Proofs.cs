using DbGate.CommandGuard;
using DbGate.Evidence.Approvals;
using DbGate.Evidence.Deploys;
using DbGate.Evidence.Plans;
using DbGate.Evidence.Rehearsals;
using DbGate.Migrations.Rehearsal;
using DbGate.Targets;

namespace DbGate.Gates;

/// <summary>Left by forbid-db-push: no production path reaches a destructive command.</summary>
public sealed record GuardProof(int Entrypoints)
{
    /// <summary>What the guard stood on.</summary>
    internal GuardBasis? Basis { get; init; }
}

/// <summary>Left by production-safety: the safety checks hold.</summary>
public sealed record SafetyProof(DateTimeOffset At);

/// <summary>Left by backup-first: a backup that was read again and found whole.</summary>
/// <param name="Identity">The database that it is of.</param>
/// <param name="Location">The archive.</param>
/// <param name="ManifestSha256">Lower-case hex digest of the manifest.</param>
/// <param name="TakenAt">When its snapshot was taken.</param>
/// <param name="Level">How far it was verified: L1, L2 or L3.</param>
public sealed record BackupProof(TargetIdentity Identity, string Location, string ManifestSha256, DateTimeOffset TakenAt, string Level);

/// <summary>Left by migrate-deploy.</summary>
/// <param name="Applied">The migrations that it applied.</param>
public sealed record DeployProof(IReadOnlyList<string> Applied);

/// <summary>Left by rehearse: what the pending migrations did on the restored backup.</summary>
/// <param name="Rehearsal">The measurements.</param>
/// <param name="Drift">How the live database differs from what its applied migrations give; null when it was not compared.</param>
/// <param name="Report">Statement by statement.</param>
/// <param name="NotChecked">What could not be looked at.</param>
public sealed record RehearsalProof(PlanRehearsal Rehearsal, IReadOnlyList<string>? Drift, RehearsalReport Report, IReadOnlyList<string> NotChecked);

/// <summary>Left by rehearse when a migration fails, for the reports.</summary>
sealed record FailedRehearsalProof(FailedRehearsal Failed);

/// <summary>Left by migrate-deploy when a migration fails, for the reports.</summary>
sealed record FailedDeployProof(FailedDeploy Failed);

/// <summary>Left by plan: the plan that this run made or goes on with.</summary>
sealed record PlanProof(PlanFile File);

/// <summary>Left by plan, approve and migrate-deploy for the reports.</summary>
/// <param name="File">The plan, or the draft of one that is blocked.</param>
/// <param name="IsStored">False for a draft.</param>
/// <param name="Approvals">Null when nobody counted them.</param>
sealed record ReleaseProof(PlanFile File, bool IsStored, ApprovalCount? Approvals);
