using DbGate.Migrations.Deploy.Queue;
using DbGate.Migrations.Failures;
using DbGate.Problems;
using Sql = DbGate.Postgres.Sql;

namespace DbGate.Migrations.Deploy;

/// <summary>Locks, time-outs, and what they leave.</summary>
static partial class DeployProblems
{
    static readonly ProblemCode LocksHeldCode = new("DBG0575", "Required locks are held by another session", ExitCode.Environment);
    static readonly ProblemCode GaveWayCode = new("DBG0576", "A migration was rolled back and can be retried", ExitCode.Environment);
    static readonly ProblemCode InvalidIndexCode = new("DBG0577", "An index is invalid", ExitCode.MigrationFailed);

    const int Shown = 5;

    public static Problem LocksHeld(IReadOnlyList<LockHolder> holders, NeededLocks needed, TimeSpan waited) =>
        new(LocksHeldCode,
            $"{(holders.Count == 1 ? "one session holds" : $"{holders.Count} sessions hold")} what the deploy needs, still after "
                + $"{waited.TotalSeconds:0} s")
        {
            Cause = string.Join("; ", holders.Take(Shown).Select(holder => holder.InWords))
                + $" (the locks that the deploy needs are known from {needed.Basis})",
            State = DatabaseState.Untouched,
            Fix = holders[0].Pid is { } pid
                ? new Fix(
                    "Wait until it ends and run it again (--migrations-lock-wait=10m waits longer); or let its owner end the session",
                    FixCommand.Sql($"select pg_terminate_backend({pid})"))
                : new Fix(
                    "End the prepared transaction in this database, as its owner, then run it again",
                    FixCommand.Sql($"rollback prepared {Sql.Literal(holders[0].Prepared!)}"),
                    FixCommand.Sql($"commit prepared {Sql.Literal(holders[0].Prepared!)}") with { Note = "or" }),
        };

    public static Problem GaveWay(
        MigrationEntry entry, MigrationFailure failure, RetryableFailure why, string? blocker, int tries, int applied, int left) =>
        new(GaveWayCode,
            $"migration {entry.Name} gave way{(tries > 1 ? $" {tries} times" : "")}{(failure.At is { } at ? $" {at}" : "")}: {why.Words} "
                + $"(SQLSTATE {why.SqlState})")
        {
            Location = Place(entry, failure.Place),
            Excerpt = failure.Excerpt,
            Cause = blocker ?? entry.Row?.Words,
            State = $"{applied} applied in this deploy, {left} left; of {entry.Name} nothing stayed, and its row is marked as rolled back",
            Fix = why.MayPass
                ? "run it again when the database is quieter; --migrations-lock-timeout and --migrations-lock-wait are its patience"
                : "run it again with a longer --migrations-statement-timeout, or make the migration smaller",
        };

    /// <param name="invalid">Which.</param>
    /// <param name="isNew">True when this deploy left them.</param>
    public static Problem InvalidIndexes(IReadOnlyList<InvalidIndex> invalid, bool isNew) =>
        new(InvalidIndexCode, isNew ? $"the deploy left {InvalidWords(invalid)}" : $"the database holds {InvalidWords(invalid)}")
        {
            Severity = isNew ? Severity.Error : Severity.Warning,
            Cause = "CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY failed or was stopped; such an index costs every write, serves no "
                + "read, and IF NOT EXISTS takes it for good",
            State = isNew ? "the migrations count as applied; the ledger has been read again" : DatabaseState.Untouched,
            Fix = new("Drop the invalid index and build it again", [.. Drop(invalid)]),
        };

    static string InvalidWords(IReadOnlyList<InvalidIndex> invalid) =>
        (invalid.Count == 1 ? "the invalid index " : $"{invalid.Count} invalid indexes: ")
            + string.Join(", ", invalid.Take(Shown).Select(index => $"{index.Name} on {index.Table}"));

    static IEnumerable<FixCommand> Drop(IReadOnlyList<InvalidIndex> invalid) =>
        invalid.Take(Shown).Select(index => FixCommand.Sql($"drop index concurrently {index.Name}"));
}
