using DbGate.Backups.History;
using DbGate.Problems;
using DbGate.Releases.Approvals;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Deploys;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;

namespace DbGate.Releases;

/// <summary>What a release manager decides on, next to the steps: the plan, who approved it, and the backups behind it.</summary>
sealed record ReleaseFacts
{
    /// <summary>The plan; null when the run came to none.</summary>
    public Plan? Plan { get; init; }

    /// <summary>Its whole digest.</summary>
    public string? Digest { get; init; }

    /// <summary>False for a draft: findings block it, so that it was not stored and cannot be approved.</summary>
    public bool IsStored { get; init; }

    /// <summary>The approvals that count.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>The others, each with its reason.</summary>
    public IReadOnlyList<string> ApprovalsNotCounted { get; init; } = [];

    /// <summary>How many it takes.</summary>
    public int ApprovalsRequired { get; init; }

    /// <summary>The migration that failed at the rehearsal; null when none did.</summary>
    internal FailedRehearsal? FailedRehearsal { get; init; }

    /// <summary>The migration that failed in the deploy; null when none did.</summary>
    internal FailedDeploy? FailedDeploy { get; init; }

    /// <summary>The migrations that this run applied; null when it came to no deploy.</summary>
    public IReadOnlyList<string>? Deployed { get; init; }

    /// <summary>The backups over time; null when the run had nothing to do with them, or the store did not answer.</summary>
    public BackupHistory? History { get; init; }

    /// <summary>The checklist's lines that no check answers; empty when they were not read.</summary>
    internal IReadOnlyList<Fact> Checklist { get; init; } = [];

    /// <summary>Whether the running release survives the pending migrations; null when that was not asked.</summary>
    internal CompatibilityProof? Compatibility { get; init; }

    /// <summary>What a run knows; null when it knows nothing of the kind.</summary>
    internal static ReleaseFacts? From(ReleaseState state, BackupHistory? history, IReadOnlyList<Fact>? checklist = null)
    {
        var (release, deploy) = (state.Release, state.Deploy);
        var (rehearsed, deployed) = (state.FailedRehearsal?.Failed, state.FailedDeploy?.Failed);
        return release is null && deploy is null && rehearsed is null && deployed is null && history is null && state.Compatibility is null
            ? null
            : new ReleaseFacts
            {
                Plan = release?.File.Plan,
                Digest = release?.File.Digest,
                IsStored = release?.IsStored == true,
                Approvals = release?.Approvals?.Counted ?? [],
                ApprovalsNotCounted = release?.Approvals?.NotCounted ?? [],
                ApprovalsRequired = release?.Approvals?.Required ?? release?.File.Plan.ApprovalsRequired ?? 0,
                FailedRehearsal = rehearsed,
                FailedDeploy = deployed,
                Deployed = deploy?.Applied,
                Compatibility = state.Compatibility,
                History = history,
                Checklist = checklist ?? [],
            };
    }
}
