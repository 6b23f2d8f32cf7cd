using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>What would make a backup incomplete or useless. Nothing was read from any table when these are shown.</summary>
static class PreflightProblems
{
    public static readonly ProblemCode RowSecurityCode = new("DBG0301", "Row security hides rows from the backup", ExitCode.Blocked);
    public static readonly ProblemCode UnreadableCode =
        new("DBG0302", "The backup role cannot read all tables and sequences", ExitCode.Blocked);
    public static readonly ProblemCode LargeObjectsCode = new("DBG0303", "The backup role cannot read large objects", ExitCode.Blocked);
    public static readonly ProblemCode PooledCode = new("DBG0304", "The backup uses a connection pooler", ExitCode.Blocked);
    public static readonly ProblemCode OtherDatabaseCode = new("DBG0305", "The last backup is of another database", ExitCode.Blocked);
    public static readonly ProblemCode EmptyCode = new("DBG0306", "The database has no tables", ExitCode.Blocked);
    public static readonly ProblemCode StandbyCode = new("DBG0307", "The backup reads a standby server", ExitCode.Blocked);
    public static readonly ProblemCode SuspiciousCode = new("DBG0308", "The database has shrunk since the last backup", ExitCode.Blocked);
    public static readonly ProblemCode UnvalidatedCode = new("DBG0309", "Foreign keys are not validated", ExitCode.Blocked);
    public static readonly ProblemCode CollationsCode = new("DBG0310", "The collation versions differ", ExitCode.Blocked);
    public static readonly ProblemCode NoSpaceCode = new("DBG0311", "Not enough space for the backup", ExitCode.Environment);
    public static readonly ProblemCode ClockSkewCode = new("DBG0319", "The clocks differ", ExitCode.Blocked);

    const string State = "database untouched; no backup was begun";

    public static Problem RowSecurity(string role, IReadOnlyList<string> tables) => Create(
        RowSecurityCode,
        $"Row security would hide rows of {List(tables)} from role {role}.",
        "the role is neither superuser nor BYPASSRLS, and not the owner of these tables, or they are FORCEd",
        new("Let the role read every row, as a superuser", FixCommand.Sql($"ALTER ROLE {Sql.Identifier(role)} BYPASSRLS")));

    public static Problem Unreadable(string role, IReadOnlyList<string> names) => Create(
        UnreadableCode,
        $"Role {role} may not read {List(names)}.",
        "SELECT on it, or USAGE on its schema, is missing",
        new("Grant the role read access, as a superuser", FixCommand.Sql($"GRANT pg_read_all_data TO {Sql.Identifier(role)}")));

    public static Problem LargeObjects(string role, string cause) => Create(
        LargeObjectsCode,
        $"Role {role} may not read all large objects.",
        cause,
        "back up as the role that owns them, or grant SELECT ON LARGE OBJECT; pg_read_all_data does not cover them");

    public static Problem Pooled(Pooler pooler) => Create(
        PooledCode,
        "The connection goes through a pooler, which does not keep a snapshot.",
        pooler.Sign,
        pooler.DirectUrl is { } direct
            ? $"set DIRECT_URL={direct.Redacted} (with the password)"
            : "set DIRECT_URL to the server's own address");

    public static Problem OtherDatabase(PostgresUrl url, BackupManifest last) => Create(
        OtherDatabaseCode,
        $"{url.Redacted} is not the database that {last.Archive.Key} was taken from.",
        "its system identifier or database oid is another: the URL points elsewhere, or the database was made anew or restored",
        "correct the URL; if the database was really replaced, say so with --accept-new-database");

    public static Problem Empty(string database, BackupManifest? last) => last is { Tables.Count: > 0 }
        ? Create(
            EmptyCode,
            $"{database} has no tables; {last.Archive.Key} had {last.Tables.Count}.",
            "the URL points to another database, or everything was dropped",
            "correct the URL, or restore the last backup")
        : Create(
            EmptyCode, $"{database} has no tables.", "nothing was migrated yet, or the URL points to another database",
            "check the URL") with
        {
            Severity = Severity.Warning,
        };

    public static Problem Standby(IReadOnlyList<string> unlogged, bool allowed) => Create(
        StandbyCode,
        unlogged.Count == 0 ? "The server is a standby." : $"The server is a standby, where {List(unlogged)} cannot be read: unlogged.",
        "replay can cancel the reading, and unlogged tables exist on the primary only",
        unlogged.Count == 0 ? "back up the primary, or allow it with --allow-standby" : "back up the primary") with
        {
            Severity = allowed ? Severity.Warning : Severity.Error,
        };

    public static Problem Suspicious(IReadOnlyList<string> changes, BackupManifest last) => Create(
        SuspiciousCode,
        $"Since {last.Archive.Key}: {List(changes)}.",
        "a migration may have meant it; a mistake looks the same",
        "look at it before the older backups go") with { Severity = Severity.Warning };

    public static Problem Unvalidated(IReadOnlyList<string> keys) => Create(
        UnvalidatedCode,
        $"Foreign keys that are NOT VALID: {List(keys)}.",
        "rows may break them; the restore makes them NOT VALID again",
        "ALTER TABLE … VALIDATE CONSTRAINT …;") with { Severity = Severity.Warning };

    public static Problem Collations(IReadOnlyList<string> collations) => Create(
        CollationsCode,
        $"The system's collations changed: {List(collations)}.",
        "indexes on text may be out of order since the operating system was upgraded",
        "REINDEX, then ALTER DATABASE … REFRESH COLLATION VERSION;") with { Severity = Severity.Warning };

    public static Problem NoSpace(string location, long free, long expected, bool known) => Create(
        NoSpaceCode,
        $"{location} has {Size(free)} free; the backup is expected to need {Size(expected)}.",
        known ? "1.2 times the last backup" : "a quarter of the tables' size, as there is no earlier backup to go by",
        new("Free space, or choose another place: --backup-folder=<folder>, or a bucket. Old backups that may go",
            FixCommand.Gate("prune-backups", "preview")));

    public static Problem ClockSkew(string whose, TimeSpan skew) => Create(
        ClockSkewCode,
        $"{whose} is {Math.Abs(skew.TotalSeconds):0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's.",
        "names carry this machine's time, ages are measured by the store's",
        "let both follow NTP") with { Severity = Severity.Warning };

    static Problem Create(ProblemCode code, string message, string cause, Fix fix) =>
        new(code, message) { Cause = cause, State = State, Fix = fix };

    static string List(IReadOnlyList<string> names) =>
        names.Count <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";

    static string Size(long bytes) => bytes >= 1 << 30 ? $"{bytes / (double)(1 << 30):0.0} GiB" : $"{bytes / (double)(1 << 20):0} MiB";
}
