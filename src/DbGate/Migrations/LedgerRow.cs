namespace DbGate.Migrations;

/// <summary>One row of a ledger. Several rows per migration are legal.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Name">The migration's name.</param>
/// <param name="Checksum">Hex SHA-256 as stored.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended well; null while it runs and after it failed.</param>
/// <param name="RolledBackAt">When a person resolved it as rolled back.</param>
/// <param name="AppliedSteps">1 after success; 0 after a failure and after <c>migrate resolve --applied</c>.</param>
/// <param name="Logs">The first 2,000 characters of the failure's text.</param>
sealed record LedgerRow(
    string Id,
    string Name,
    string Checksum,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    DateTimeOffset? RolledBackAt,
    int AppliedSteps,
    string? Logs)
{
    /// <summary>Executed to its end, and not rolled back.</summary>
    public bool IsApplied => FinishedAt is not null && RolledBackAt is null;

    /// <summary>Neither finished nor rolled back: failed, or running at this moment.</summary>
    public bool IsUnfinished => FinishedAt is null && RolledBackAt is null;

    /// <summary>
    /// What the direct engine writes into <see cref="Logs"/> before a file that it applies, together with the row's end, as one
    /// transaction: while it is there, nothing of the file is in the database.
    /// </summary>
    public const string WholeMark = "dbgate: this file and finished_at are one transaction";

    /// <summary>Stopped before it applied anything, such as by a kill: it can simply be run again.</summary>
    public bool IsInterrupted => IsUnfinished && Logs == WholeMark;

    /// <summary>
    /// What the server stated when it failed, in one line; null when the row holds no text. The engine's own stack is left out.
    /// </summary>
    public string? Words
    {
        get
        {
            var lines =
                (Logs is null or WholeMark ? "" : Logs).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .TakeWhile(line => !line.StartsWith("0: ", StringComparison.Ordinal)
                    && !line.StartsWith("DbError {", StringComparison.Ordinal));
            return string.Join(' ', lines.Take(8)) is { Length: > 0 } words ? words : null;
        }
    }

    /// <summary>Marked as applied by hand; its SQL was not executed by this row.</summary>
    public bool IsClaimed => IsApplied && AppliedSteps == 0 && StartedAt == FinishedAt;
}

/// <summary>Who holds the lock under which a tool migrates.</summary>
/// <param name="Pid">The backend.</param>
/// <param name="User">Its user.</param>
/// <param name="Application">Its application name.</param>
/// <param name="Query">Its statement, the first 200 characters.</param>
/// <param name="Age">How long the statement has run.</param>
sealed record MigrationLockHolder(int Pid, string? User, string? Application, string? Query, TimeSpan? Age);

/// <summary>The ledger, read at one moment.</summary>
/// <param name="Exists">False when the table is absent.</param>
/// <param name="Rows">Every row, oldest first.</param>
/// <param name="OtherTables">User tables next to the ledger, in the ledger's schema; 0 means an empty schema.</param>
/// <param name="LockHolder">Who is migrating at this moment; null when no one is.</param>
sealed record Ledger(
    bool Exists, IReadOnlyList<LedgerRow> Rows, long OtherTables, MigrationLockHolder? LockHolder)
{
    /// <summary>The number of the first transaction that had none yet when the ledger was read.</summary>
    internal long NextTransaction { get; init; }

    /// <summary>The table; null when there is none, or several candidates.</summary>
    internal Tools.LedgerTable? Table { get; init; }

    /// <summary>Why the rows cannot be judged; then nothing else is reported.</summary>
    internal Problems.Problem? Refusal { get; init; }

    /// <summary>What is wrong with the tool's other tables, such as a lock that was left behind.</summary>
    internal IReadOnlyList<Problems.Problem> Problems { get; init; } = [];

    /// <summary>Tables that are other migration tools' ledgers, in words; null when there are none.</summary>
    internal string? Others { get; init; }
}
