using DbGate.Problems;
using DbGate.Releases.Plans;

namespace DbGate.Releases.Deploys;

/// <summary>The backup that a deploy goes back to.</summary>
/// <param name="Backup">Null where policy demands none.</param>
/// <param name="Written">What was written since; null when that is not known.</param>
/// <param name="Facts">The same for the report.</param>
sealed record FreshBackup(BackupProof? Backup, WrittenSince? Written, IReadOnlyList<Fact> Facts);
