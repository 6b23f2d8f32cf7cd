using DbGate.Migrations.Compatibility;

namespace DbGate.Releases.Compatibility;

/// <summary>Whether the running release survives the pending migrations.</summary>
/// <param name="Report">The test; null where it could not be made.</param>
/// <param name="Reason">Why it could not be made.</param>
/// <param name="IsAccepted">The release is for a maintenance window: the approvers accept by name what fails.</param>
sealed record CompatibilityProof(CompatibilityReport? Report, string? Reason, bool IsAccepted) : IReleaseFact<CompatibilityProof>
{
    static ReleasePlace<CompatibilityProof> IReleaseFact<CompatibilityProof>.Place { get; } =
        new("a test of the running release", "compatibility", state => state.Compatibility,
            (state, fact) => state with { Compatibility = fact });
}
