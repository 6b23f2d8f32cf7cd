namespace DbGate.Configuration;

/// <summary>Who takes the backups that a release relies on.</summary>
enum BackupProvider
{
    /// <summary>DbGate dumps the database.</summary>
    Dump,

    /// <summary>pgBackRest.</summary>
    PgBackRest,

    /// <summary>Barman.</summary>
    Barman,

    /// <summary>pg_basebackup, with the server's own WAL archive.</summary>
    BaseBackup,

    /// <summary>A command that reports what another engine has.</summary>
    External,
}
