using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>What can stop a backup while it is made. Nothing here ever changes the source.</summary>
static class DumpProblems
{
    public static readonly ProblemCode ReadFailedCode =
        new("DBG0313", "Reading the database failed during the backup", ExitCode.Environment);
    public static readonly ProblemCode ValueTooLargeCode = new("DBG0314", "A value is too large to be dumped", ExitCode.Blocked);
    public static readonly ProblemCode CountsDifferCode =
        new("DBG0315", "Rows were lost between the server and the archive", ExitCode.Environment);
    public static readonly ProblemCode LockedCode = new("DBG0316", "A table stayed locked for too long", ExitCode.Environment);
    public static readonly ProblemCode SilentCode = new("DBG0317", "The server stopped responding during the backup", ExitCode.Environment);
    public static readonly ProblemCode ChangingCode = new("DBG0318", "The schema keeps changing during the backup", ExitCode.Environment);

    public static readonly ProblemCode LockTableCode = new("DBG0329", "The server's lock table is full", ExitCode.Blocked);

    public static readonly ProblemCode CrowdedCode = new(
        "DBG0335", "Tables are locked repeatedly while the backup starts", ExitCode.Environment);
    public static readonly ProblemCode LateLocksCode = new("DBG0336", "The backup locks its tables late", ExitCode.Environment);

    const int ShownLines = 4;
    const int LongestText = 300;
    const string OutOfLocks = "out of shared memory";
    const string State = "database untouched; no backup was made (an archive without a manifest is none)";

    public static GateException Changing(string database, int attempts) => Create(
        ChangingCode,
        $"Tables of {database} were created or dropped during each of {attempts} attempts to lock them all.",
        "something creates tables all the time, most likely a job with tables of its own",
        "run the backup again when the schema is at rest");

    /// <summary>
    /// All sessions of the backup must lock all tables in one go: a session that asks for a table in between has it first, and they start
    /// again.
    /// </summary>
    public static GateException Crowded(IReadOnlyList<string> between, int attempts, TimeSpan time) => Create(
        CrowdedCode,
        $"In each of {attempts} attempts within {time.TotalSeconds:0} s, another session asked to lock a table that some sessions of the "
            + "backup had and others did not.",
        $"last: {string.Join("; ", between.Select(Cut))}",
        new(
            "Run the backup at an hour without the job that alters or truncates these tables, or give it more time",
            FixCommand.Gate("backup", new CommandOption("lock-timeout", "5m"))));

    /// <summary>A warning: the backup is taken as long as no TRUNCATE or ALTER comes in between.</summary>
    public static Problem LateLocks(int sessions, int tables, LockCapacity room) => LateLocks(
        $"{sessions} sessions with {tables} tables each need {(long)sessions * tables} locks; "
            + $"by max_locks_per_transaction the server has room for {room.Usable}"
            + (room.HoldsSideBySide(tables) ? "" : "; one connection reads"),
        new("Raise the setting and restart the server", Raise(room.Needed(tables, sessions))));

    /// <inheritdoc cref="LateLocks(int, int, LockCapacity)"/>
    public static Problem LateLocks(int sessions, long free) => LateLocks(
        $"the backup needs {sessions} more connections at the same time, and {Math.Max(free, 0)} are free",
        "Raise the connection limit of the role, the database or the server.");

    static Problem LateLocks(string cause, Fix fix) => new(
        LateLocksCode,
        "A TRUNCATE or ALTER during the backup would make it fail: not every session of it can lock all tables at its start.")
    {
        Cause = cause,
        State = State,
        Severity = Severity.Warning,
        Fix = fix,
    };

    public static GateException Silent(string what, TimeSpan limit) => Create(
        SilentCode,
        $"The server sent nothing for {limit.TotalSeconds:0} s while {what} was read.",
        "the network is cut without notice, or the server waits for its disk",
        "look at the server and the network, then run the backup again");

    public static GateException CountsDiffer(string table, long counted, long received) => Create(
        CountsDifferCode,
        $"{table}: the server sent {counted} rows, {received} arrived.",
        "bytes were lost or altered between psql and DbGate",
        "run the backup again; if it happens twice, report it with this line");

    public static GateException Incomplete(string what, string tool) => Create(
        ReadFailedCode,
        $"{tool} ended without the closing comment of a complete dump while {what} was read.",
        "it was ended from outside, or its output was cut",
        "run the backup again");

    /// <summary>Finds out from a client's last words why it ended.</summary>
    public static GateException ReadFailed(string what, string tool, ChildOutcome outcome)
    {
        var words = LastWords(outcome.StandardError);
        if (words.Contains("enlarge string buffer", StringComparison.Ordinal)
            || words.Contains("invalid memory alloc request size", StringComparison.Ordinal)
            || words.Contains("out of memory", StringComparison.Ordinal))
        {
            return Create(
                ValueTooLargeCode,
                $"{what}: a row is too large to be sent as text; PostgreSQL's limit is 1 GB for a row.",
                words,
                "find it with SELECT ctid, pg_column_size(t.*) FROM … t ORDER BY 2 DESC LIMIT 5; move such values to large objects "
                    + "or to files");
        }

        if (words.Contains(OutOfLocks, StringComparison.Ordinal))
        {
            return LockTable(words);
        }

        return words.Contains("lock timeout", StringComparison.Ordinal) || words.Contains("could not obtain lock", StringComparison.Ordinal)
            ? Locked(what, words)
            : Create(
                ReadFailedCode,
                $"{tool} ended with exit code {outcome.ExitCode} while {what} was read.",
                words.Length == 0 ? "it said nothing on its error output" : words,
                "look at the server's log for that moment, then run the backup again");
    }

    /// <summary>A query of the catalogs, or a lock, was refused.</summary>
    public static GateException Refused(PostgresFault fault) => fault.MessageText.Contains(OutOfLocks, StringComparison.Ordinal)
        ? LockTable(string.Join(" / ", new[] { fault.MessageText, fault.Hint }.OfType<string>()))
        : new(
            new Problem(ReadFailedCode, $"The server refused a query of the backup: {fault.MessageText} (SQLSTATE {fault.SqlState}).")
            {
                Cause = string.Join(" / ", new[] { Cut(fault.Detail ?? fault.Statement), Cut(fault.Hint) }.OfType<string>()),
                State = State,
                Fix = fault.IsTransient ? "Run the backup again." : "Correct what the server reports, then run the backup again.",
            },
            fault);

    /// <summary>Found out before anything is read.</summary>
    public static GateException LockTable(int tables, int sessions, LockCapacity room) => Create(
        LockTableCode,
        "The server cannot hold a lock on every table of the backup at the same time.",
        $"{tables} tables; max_locks_per_transaction is {room.PerTransaction}, and the server has {room.Transactions} connections: that is "
            + "too little even for one session after the other",
        new Fix("Raise the setting and restart the server", Raise(room.Needed(tables, sessions))));

    static FixCommand Raise(long locks) => FixCommand.Sql(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ALTER SYSTEM SET max_locks_per_transaction = {locks}"));

    /// <summary>Each table takes a lock in each connection of the backup, for as long as it lasts.</summary>
    static GateException LockTable(string cause) => Create(
        LockTableCode,
        "The server cannot hold a lock on every table of the backup at the same time.",
        cause,
        new Fix(
            "Raise the setting and restart the server (a tenth of the number of tables is enough for two jobs), or read with "
                + "one connection",
            FixCommand.Sql("ALTER SYSTEM SET max_locks_per_transaction = 1024"),
            FixCommand.Gate("backup", new CommandOption("jobs", "1"))));

    static string? Cut(string? text) => text is { Length: > LongestText } ? $"{text[..LongestText]}…" : text;

    public static GateException Locked(TimeSpan timeout, IReadOnlyList<(string Table, LockHolder Holder)> blockers) => blockers.Count == 0
        ? Locked("A table", $"no lock within {timeout.TotalSeconds:0.#} s; its holder is gone")
        : Locked(
            string.Join(", ", blockers.Select(blocker => blocker.Table).Distinct()),
            $"no lock within {timeout.TotalSeconds:0.#} s; held by "
                + $"{string.Join("; ", blockers.Select(blocker => blocker.Holder).Distinct())}");

    public static GateException Locked(string what, string cause) => Create(
        LockedCode,
        $"{what} stayed locked by another session.",
        cause,
        "let the ALTER, TRUNCATE or VACUUM FULL end that holds it (pg_stat_activity, pg_blocking_pids), then run the backup again");

    // From the first line that names an error on: what follows is its consequence.
    static string LastWords(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var first = Array.FindIndex(lines, line => line.Contains("FATAL:", StringComparison.Ordinal)
            || line.Contains("ERROR:", StringComparison.Ordinal) || line.Contains("error:", StringComparison.Ordinal));
        return string.Join(" / ", (first < 0 ? lines.TakeLast(ShownLines) : lines.Skip(first).Take(ShownLines)).Select(Cut));
    }

    static GateException Create(ProblemCode code, string message, string cause, Fix fix) =>
        new(new Problem(code, message) { Cause = cause, State = State, Fix = fix });
}
