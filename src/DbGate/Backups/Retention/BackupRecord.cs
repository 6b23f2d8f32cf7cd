using DbGate.Configuration;

namespace DbGate.Backups.Retention;

/// <summary>What retention needs to know about a backup.</summary>
/// <param name="ArchiveKey">The archive in the store.</param>
/// <param name="ManifestKey">The manifest next to it: without it there is no backup.</param>
/// <param name="Database">The database's name; retention counts every database of every environment for itself.</param>
/// <param name="Environment">For example <c>production</c>.</param>
/// <param name="StoredAt">When the manifest came to exist, by the store's clock.</param>
/// <param name="Verified">How far it was proven; null when its manifest adds nothing usable.</param>
/// <param name="RestoreTestedAt">When a restore of it last succeeded; null when none did.</param>
/// <param name="Bytes">The archive's length.</param>
sealed record BackupRecord(
    string ArchiveKey,
    string ManifestKey,
    string Database,
    string Environment,
    DateTimeOffset StoredAt,
    VerificationLevel? Verified,
    DateTimeOffset? RestoreTestedAt,
    long Bytes);
