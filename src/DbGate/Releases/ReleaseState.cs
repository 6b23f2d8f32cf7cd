using DbGate.Backups;
using DbGate.CommandGuard;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Deploy;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Deploys;
using DbGate.Releases.Evidence;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Releases.Rules;

namespace DbGate.Releases;

/// <summary>What the steps of one run have established so far. Null: no step of this run has.</summary>
sealed record ReleaseState
{
    /// <summary>No production path reaches a destructive command; from <c>forbid-db-push</c>.</summary>
    public GuardProof? Guard { get; init; }

    /// <summary>The safety checks hold; from <c>production-safety</c>.</summary>
    public SafetyProof? Safety { get; init; }

    /// <summary>A verified backup; from <c>backup-first</c>.</summary>
    public BackupProof? Backup { get; init; }

    /// <summary>The target when that backup was taken.</summary>
    internal BackupBaseline? Baseline { get; init; }

    /// <summary>What the pending migrations did on the restored backup; from <c>rehearse</c>.</summary>
    public RehearsalProof? Rehearsal { get; init; }

    /// <summary>Whether the running release survives the pending migrations; from <c>compatibility</c>.</summary>
    internal CompatibilityProof? Compatibility { get; init; }

    /// <summary>The running release's queries, once they are collected.</summary>
    internal QueryCollection? RunningQueries { get; init; }

    /// <summary>The migration that failed at the rehearsal.</summary>
    internal FailedRehearsalProof? FailedRehearsal { get; init; }

    /// <summary>The plan that this run made or continues; from <c>plan</c>.</summary>
    internal PlanProof? Plan { get; init; }

    /// <summary>The plan and its approvals, for the reports.</summary>
    internal ReleaseProof? Release { get; init; }

    /// <summary>The migrations that were applied; from <c>migrate-deploy</c>.</summary>
    public DeployProof? Deploy { get; init; }

    /// <summary>The migration that failed in the deploy.</summary>
    internal FailedDeployProof? FailedDeploy { get; init; }

    /// <summary>Where the deploy stopped, before it is explained.</summary>
    internal DeployStop? DeployStop { get; init; }

    /// <summary>The rules of the last release; read before the first step.</summary>
    internal RulesProof? Rules { get; init; }

    /// <summary>The rules that the database keeps; read before the first step that needs them.</summary>
    internal KeptRulesProof? KeptRules { get; init; }

    /// <summary>The evidence log of the settings' first store, once it is open.</summary>
    internal EvidenceLog? EvidenceLog { get; init; }
}
