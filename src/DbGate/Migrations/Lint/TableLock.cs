namespace DbGate.Migrations.Lint;

/// <summary>PostgreSQL's table-level locks, weakest first.</summary>
enum TableLock
{
    /// <summary>No lock on a table.</summary>
    None,

    /// <summary>Readers.</summary>
    AccessShare,

    /// <summary>SELECT … FOR UPDATE, and the target of a foreign key that is validated.</summary>
    RowShare,

    /// <summary>Writers.</summary>
    RowExclusive,

    /// <summary>Blocks other schema changes and vacuum, but neither readers nor writers.</summary>
    ShareUpdateExclusive,

    /// <summary>Blocks writers.</summary>
    Share,

    /// <summary>Blocks writers, and itself.</summary>
    ShareRowExclusive,

    /// <summary>Blocks everyone but plain readers.</summary>
    Exclusive,

    /// <summary>Blocks everyone.</summary>
    AccessExclusive,
}

/// <summary>How locks are written and read.</summary>
static class TableLocks
{
    /// <summary>The name in PostgreSQL's manual: <c>ACCESS EXCLUSIVE</c>.</summary>
    public static string Display(this TableLock mode) => mode switch
    {
        TableLock.AccessShare => "ACCESS SHARE",
        TableLock.RowShare => "ROW SHARE",
        TableLock.RowExclusive => "ROW EXCLUSIVE",
        TableLock.ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
        TableLock.Share => "SHARE",
        TableLock.ShareRowExclusive => "SHARE ROW EXCLUSIVE",
        TableLock.Exclusive => "EXCLUSIVE",
        TableLock.AccessExclusive => "ACCESS EXCLUSIVE",
        _ => "none",
    };

    /// <summary>
    /// The lock that <c>pg_locks.mode</c> names, such as <c>AccessExclusiveLock</c>, or the manual: <c>ACCESS EXCLUSIVE</c>.
    /// </summary>
    public static TableLock Parse(string mode)
    {
        var name = mode.EndsWith("Lock", StringComparison.Ordinal) ? mode[..^4] : mode.Replace(" ", "", StringComparison.Ordinal);
        return Enum.TryParse<TableLock>(name, ignoreCase: true, out var parsed) ? parsed : TableLock.None;
    }

    /// <summary>Whether one session has to wait for another (PostgreSQL's manual, table 13.2).</summary>
    public static bool ConflictsWith(this TableLock mode, TableLock other)
    {
        var (weaker, stronger) = mode < other ? (mode, other) : (other, mode);
        return weaker switch
        {
            TableLock.None => false,
            TableLock.AccessShare => stronger == TableLock.AccessExclusive,
            TableLock.RowShare => stronger >= TableLock.Exclusive,
            TableLock.RowExclusive => stronger >= TableLock.Share,
            TableLock.Share => stronger != TableLock.Share,
            _ => true,
        };
    }

    /// <summary>Whom it keeps waiting, for a reader who knows no lock modes.</summary>
    public static string Effect(this TableLock mode) => mode switch
    {
        TableLock.AccessExclusive => "blocks reads and writes",
        TableLock.Exclusive or TableLock.ShareRowExclusive or TableLock.Share => "blocks writes",
        TableLock.ShareUpdateExclusive => "blocks vacuum and other schema changes",
        _ => "blocks neither reads nor writes",
    };
}
