using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Backups;

/// <summary>What is to be backed up, and where to.</summary>
public sealed record BackupRequest
{
    /// <summary>The database; a direct connection, not a pooler's.</summary>
    public required PostgresUrl Url { get; init; }

    /// <summary>The environment, in lower case: part of the archive's name.</summary>
    public required string Environment { get; init; }

    /// <summary>All the stores that the archive is written into at the same time; the backup exists only when every one holds it.</summary>
    public required IReadOnlyList<IObjectStore> Stores { get; init; }

    /// <summary>How the backup is made.</summary>
    public DumpOptions Options { get; init; } = new();

    /// <summary>The project's commit, for the manifest.</summary>
    public string? GitCommit { get; init; }

    /// <summary>Who writes the manifest.</summary>
    public string Tool { get; init; } = "DbGate";

    /// <summary>What signs the manifest; null leaves it unsigned.</summary>
    public SigningKey? Key { get; init; }

    /// <summary>
    /// The newest backup so far, to compare with: a database that suddenly is another one, or is empty, is not backed up over it.
    /// </summary>
    public BackupManifest? Last { get; init; }

    /// <summary>The database was replaced on purpose: do not insist on the identity of <see cref="Last"/>.</summary>
    public bool AcceptNewDatabase { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A backup that is: verified in every store, and its manifest written.</summary>
/// <param name="Key">The archive's key; its manifest's is <see cref="BackupManifest.KeyOf"/>.</param>
/// <param name="File">The manifest.</param>
/// <param name="Locations">The archive in every store, for people.</param>
/// <param name="Elapsed">From begin to end.</param>
public sealed record BackupOutcome(string Key, ManifestFile File, IReadOnlyList<string> Locations, TimeSpan Elapsed)
{
    /// <summary>What the manifest states.</summary>
    public BackupManifest Manifest => File.Manifest;

    /// <summary>What was noticed and did not block; the manifest's findings as problems.</summary>
    internal IReadOnlyList<Problem> Problems { get; init; } = [];
}
