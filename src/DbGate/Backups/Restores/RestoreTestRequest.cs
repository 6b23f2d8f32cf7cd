using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Backups.Restores;

/// <summary>What a restore test is to prove, and where.</summary>
sealed record RestoreTestRequest
{
    /// <summary>Which backup.</summary>
    public required BackupChoice Backup { get; init; }

    /// <summary>The database that is overwritten; null starts a throwaway server and leaves nothing of it.</summary>
    public PostgresUrl? Target { get; init; }

    /// <summary>Drop the target's database first, if it exists. Without it, a database that holds anything is refused.</summary>
    public bool Recreate { get; init; }

    /// <summary>The databases that must never be the target, with the names of their settings.</summary>
    public IReadOnlyList<(string Name, PostgresUrl Url)> Configured { get; init; } = [];

    /// <summary>
    /// <see cref="VerificationLevel.Restored"/> restores and compares all; <see cref="VerificationLevel.SchemaRestored"/> the definitions
    /// only.
    /// </summary>
    public VerificationLevel Level { get; init; } = VerificationLevel.Restored;

    /// <summary>What is left out, or given to other roles, as a restore with the same options does.</summary>
    public RestoreChanges Changes { get; init; } = RestoreChanges.None;

    /// <summary>How.</summary>
    public RestoreOptions Options { get; init; } = new();

    /// <summary>Applies the waivers in force to what the comparison found, so that the record and the verdict agree.</summary>
    internal Func<IReadOnlyList<Problem>, IReadOnlyList<Problem>> Waive { get; init; } = problems => problems;

    /// <summary>Who writes the record.</summary>
    public string Tool { get; init; } = "DbGate";

    /// <summary>What signs the record; null leaves it unsigned. Its public half may do for <see cref="BackupChoice.SigningKey"/>.</summary>
    public SigningKey? SigningKey { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A restore test that came to its end, passed or not.</summary>
/// <param name="Record">What was written down.</param>
/// <param name="RecordKey">Where it is in the store.</param>
/// <param name="Report">What the comparison found.</param>
/// <param name="File">The backup's manifest.</param>
sealed record RestoreTestOutcome(RestoreTestReport Record, string RecordKey, ComparisonReport Report, ManifestFile File)
{
    /// <summary>The backup can be restored, and what is restored is what was backed up.</summary>
    public bool Passed => Report.Holds;

    /// <summary>Where it was restored, for people.</summary>
    internal string Place { get; init; } = "";

    /// <summary>Whose rights the loading had, for people.</summary>
    internal string LoadedAs { get; init; } = "a superuser";
}
