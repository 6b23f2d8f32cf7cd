using System.Globalization;
using System.Security.Cryptography;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Providers;

/// <summary>What the restore point is created with.</summary>
/// <param name="Point">The restore point.</param>
/// <param name="Snapshot">The exported snapshot that shows exactly what is committed at the point; null when none was asked for.</param>
/// <param name="Running">Transactions that ran at that moment; none of them may be committed at the point.</param>
sealed record CreatedPoint(RestorePoint Point, string? Snapshot, IReadOnlyList<string> Running);

/// <summary>Creates restore points in the target's WAL.</summary>
static class RestorePoints
{
    const int Attempts = 200;

    // Two statements cannot share a moment, so that a snapshot and a restore point belong together only when no transaction ended between
    // the snapshot and the one after the point. A failed attempt leaves its name in the WAL: each attempt has its own.
    const string Together = """
        DO $dbgate$
        DECLARE id text; first text; last text; lsn pg_lsn;
        BEGIN
          FOR attempt IN 1..{0} LOOP
            SELECT pg_catalog.pg_export_snapshot(), pg_catalog.pg_current_snapshot()::text INTO id, first;
            SELECT pg_catalog.pg_create_restore_point({1} || '_' || attempt) INTO lsn;
            SELECT pg_catalog.pg_current_snapshot()::text INTO last;
            IF first = last THEN
              PERFORM pg_catalog.set_config('dbgate.point', {1} || '_' || attempt, false), pg_catalog.set_config('dbgate.lsn', lsn::text, false),
                pg_catalog.set_config('dbgate.snapshot', id, false), pg_catalog.set_config('dbgate.running', first, false);
              RETURN;
            END IF;
          END LOOP;
          PERFORM pg_catalog.set_config('dbgate.point', '', false);
        END $dbgate$
        """;

    /// <summary>Creates one.</summary>
    /// <param name="session">With the target.</param>
    /// <param name="clock">For the name.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0371: the server does not archive, or the role may not.</exception>
    public static async Task<CreatedPoint> CreateAsync(Session session, TimeProvider clock, CancellationToken cancellationToken)
    {
        await DemandArchivingAsync(session, cancellationToken);
        var name = NewName(clock);
        return await GuardedAsync(session, async () =>
        {
            var lsn = await session.ScalarAsync<string>(
                "SELECT pg_catalog.pg_create_restore_point($1)::text", cancellationToken, name);
            return await EndAsync(session, name, lsn!, null, [], cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Creates one in the session's transaction, together with a snapshot that others may import.</summary>
    /// <param name="session">In a transaction of the isolation level READ COMMITTED, which keeps the snapshot.</param>
    /// <param name="clock">For the name.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0371: the server does not archive, or the role may not. DBG0376: no quiet moment.</exception>
    public static async Task<CreatedPoint> CreateWithSnapshotAsync(
        Session session, TimeProvider clock, CancellationToken cancellationToken)
    {
        await DemandArchivingAsync(session, cancellationToken);
        var sql = Together.Replace("{0}", Attempts.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{1}", Sql.Literal(NewName(clock)), StringComparison.Ordinal);
        return await GuardedAsync(session, async () =>
        {
            await session.ExecuteAsync(sql, cancellationToken);
            var found = (await session.QueryAsync(
                """
                SELECT pg_catalog.current_setting('dbgate.point'), pg_catalog.current_setting('dbgate.lsn', true),
                  pg_catalog.current_setting('dbgate.snapshot', true), pg_catalog.current_setting('dbgate.running', true)
                """,
                row => (
                    Name: row.GetString(0), Lsn: row.Optional<string>(1) ?? "", Snapshot: row.Optional<string>(2) ?? "",
                    Running: row.Optional<string>(3) ?? ""),
                cancellationToken))[0];
            return found.Name.Length == 0
                ? throw EngineProblems.Busy(Attempts)
                : await EndAsync(
                    session, found.Name, found.Lsn, found.Snapshot,
                    found.Running.Split(':') is [_, _, { Length: > 0 } running] ? running.Split(',') : [], cancellationToken);
        }, cancellationToken);
    }

    // Without the switch a quiet server would archive the segment much later.
    static async Task<CreatedPoint> EndAsync(
        Session session, string name, string lsn, string? snapshot, IReadOnlyList<string> running, CancellationToken cancellationToken)
    {
        var (file, at) = (await session.QueryAsync(
            "SELECT pg_catalog.pg_walfile_name($1::text::pg_lsn), pg_catalog.clock_timestamp(), pg_catalog.pg_switch_wal()::text",
            row => (row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken, lsn))[0];
        return new(new(name, lsn, file, at.ToUniversalTime()), snapshot, running);
    }

    static async Task DemandArchivingAsync(Session session, CancellationToken cancellationToken)
    {
        var (inRecovery, archive, level) = (await session.QueryAsync(
            """
            SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('archive_mode'), pg_catalog.current_setting('wal_level')
            """,
            row => (row.GetBoolean(0), row.GetString(1), row.GetString(2)), cancellationToken))[0];
        if (inRecovery || archive == "off" || level == "minimal")
        {
            throw EngineProblems.NoPoint(
                inRecovery ? "the target is a standby" : $"archive_mode is {archive}, wal_level is {level}: nothing is archived");
        }
    }

    static async Task<CreatedPoint> GuardedAsync(
        Session session, Func<Task<CreatedPoint>> create, CancellationToken cancellationToken)
    {
        try
        {
            return await create();
        }
        catch (PostgresFault fault) when (fault.SqlState == "42501")
        {
            cancellationToken.ThrowIfCancellationRequested();
            var role = Sql.Identifier(session.Url.User);
            throw EngineProblems.NoPoint(
                $"the role {session.Url.User} may not: {fault.MessageText}",
                FixCommand.Sql($"GRANT EXECUTE ON FUNCTION pg_create_restore_point(text), pg_switch_wal() TO {role}"));
        }
        catch (PostgresFault fault)
        {
            throw EngineProblems.NoPoint(fault.MessageText);
        }
    }

    static string NewName(TimeProvider clock) => string.Create(
        CultureInfo.InvariantCulture,
        $"dbgate_{clock.GetUtcNow().UtcDateTime:yyyyMMdd_HHmmss}_{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
}
