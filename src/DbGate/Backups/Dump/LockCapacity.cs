namespace DbGate.Backups.Dump;

/// <summary>How many locks the server holds at a time, and what that means for a backup. Pure.</summary>
/// <param name="PerTransaction"><c>max_locks_per_transaction</c>.</param>
/// <param name="Transactions"><c>max_connections + max_prepared_transactions</c>.</param>
/// <param name="Others">Processes of the server besides: workers, WAL senders and autovacuum.</param>
sealed record LockCapacity(long PerTransaction, long Transactions, long Others)
{
    // Of the lock table: the server's other sessions need the rest.
    const double LargestShare = 0.75;

    // A pg_dump for each of the sections, at most, and the session that holds the snapshot. A psql has the locks of one table at a time.
    const int SessionsOneByOne = 2;
    const int SessionsSideBySide = 3;

    // Beyond its own size the lock table may take what is left of the server's shared memory.
    const double LargestSpare = 1.5;

    const int Step = 64;

    /// <summary>
    /// Locks that a backup may take. Each lock of each session has a place of its own, and the table has two for each lock.
    /// </summary>
    public long Usable => (long)(2 * PerTransaction * Transactions * LargestShare);

    /// <summary>Every session may lock all tables when it starts.</summary>
    public bool HoldsAll(int tables, int sessions) => (long)tables * sessions <= Usable;

    /// <summary>Several sessions at a time may lock all tables, each when it needs them.</summary>
    public bool HoldsSideBySide(int tables) => (long)tables * SessionsSideBySide <= 2 * PerTransaction * Transactions;

    /// <summary>One session at a time may, besides the one that holds the snapshot: no backup needs less.</summary>
    public bool HoldsOneByOne(int tables) =>
        (long)tables * SessionsOneByOne <= 2 * PerTransaction * (Transactions + Others) * LargestSpare;

    /// <summary>The <c>max_locks_per_transaction</c> with which every session may lock all tables when it starts.</summary>
    public long Needed(int tables, int sessions) =>
        (((long)Math.Ceiling(tables * (double)sessions / (2 * Transactions * LargestShare)) + Step - 1) / Step) * Step;
}
