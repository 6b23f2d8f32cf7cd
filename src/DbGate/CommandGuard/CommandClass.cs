namespace DbGate.CommandGuard;

/// <summary>What a command does to the database it meets.</summary>
public enum CommandClass
{
    /// <summary>No known command of a database or migration tool.</summary>
    None,

    /// <summary>Safe on a release path: <c>prisma migrate deploy</c>, <c>flyway info</c>, <c>alembic upgrade</c>, …</summary>
    Allowed,

    /// <summary>Changes what the ledger claims without running a migration: <c>prisma migrate resolve</c>, <c>flyway repair</c>,
    /// …</summary>
    HistoryRewriting,

    /// <summary>Applies migrations or changes the schema outside the release: <c>Database.Migrate()</c>, <c>migrationsRun: true</c>,
    /// …</summary>
    Bypassing,

    /// <summary>May drop tables, columns or rows without a migration: <c>prisma db push</c>, <c>flyway clean</c>, <c>manage.py flush</c>,
    /// …</summary>
    Destructive,
}

/// <summary>What a path through the repository is run for.</summary>
public enum PathClass
{
    /// <summary>It cannot be told. Counts like <see cref="Production"/>.</summary>
    Unknown,

    /// <summary>A path that a production deployment runs.</summary>
    Production,

    /// <summary>A developer's machine, a test job, a preview: reported, not blocked.</summary>
    Development,

    /// <summary>The policy states not to look.</summary>
    Ignored,
}
