using DbGate.Configuration;

namespace DbGate.Backups.Providers;

/// <summary>The settings of a backup engine.</summary>
sealed record EngineOptions
{
    /// <summary>The name of the cluster in the engine's configuration; empty: found by the system identifier.</summary>
    public string Stanza { get; init; } = "";

    /// <summary>The engine's configuration file; empty: its own default.</summary>
    public string ConfigFile { get; init; } = "";

    /// <summary>The folder with the base backups of <c>pg_basebackup</c>.</summary>
    public string BaseFolder { get; init; } = "";

    /// <summary>The folder with the archived WAL.</summary>
    public string WalFolder { get; init; } = "";

    /// <summary>The command of an external engine.</summary>
    public string Command { get; init; } = "";

    /// <summary>The gated project's folder, where an external command runs.</summary>
    public string Root { get; init; } = ".";

    /// <summary>Passwords of the target. An external command gets no variable with one of them, and none is in its messages.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The oldest base backup that counts.</summary>
    public TimeSpan MaxBaseAge { get; init; } = TimeSpan.FromDays(8);

    /// <summary>How long to wait until the restore point is archived.</summary>
    public TimeSpan ArchiveTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one program of the engine, a restore or a recovery may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The folder for restored clusters; empty: the temporary folder.</summary>
    public string ScratchFolder { get; init; } = "";

    /// <summary>How much of the rows is compared.</summary>
    public BackupComparison Comparison { get; init; } = BackupComparison.Complete;

    /// <summary>Parallel connections that read; null: one per core, at most four.</summary>
    public int? Jobs { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
