using DbGate.Migrations.Statements;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// Applies the files itself and writes <c>_prisma_migrations</c> as Prisma does: same lock, same rows, same checksums. A file is sent
/// as one implicit transaction, so it applies whole or not at all; see <see cref="ScriptExecution"/> for the one exception.
/// </summary>
sealed class DirectEngine(TimeProvider clock) : IDeployEngine
{
    /// <summary>Prisma's own patience for its lock (P1002).</summary>
    static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    public string Name => "direct engine";

    public async Task<DeployOutcome> DeployAsync(DeployRequest request, CancellationToken cancellation)
    {
        await using var session = await Session.OpenAsync(
            request.Url, SessionOptions.Default with { CommandTimeout = request.Deadline }, cancellation);
        await LockAsync(session, cancellation);
        await session.ExecuteAsync("select set_config('search_path', $1, false)", cancellation, Sql.Identifier(request.Url.Schema));
        var ledger = new LedgerWriter(session, request.Url.Schema, clock);
        await ledger.CreateAsync(cancellation);

        var timings = new List<(string, TimeSpan)>();
        foreach (var migration in request.Pending)
        {
            var start = clock.GetTimestamp();
            var failure = await ApplyAsync(session, ledger, migration, cancellation);
            if (failure is not null)
            {
                return new DeployOutcome("", failure, timings);
            }

            timings.Add((migration.Name, clock.GetElapsedTime(start)));
        }

        return new DeployOutcome("", null, timings);
    }

    static async Task<string?> ApplyAsync(Session session, LedgerWriter ledger, Migration migration, CancellationToken cancellation)
    {
        var script = StatementSplitter.Split(await migration.ReadSqlAsync(cancellation), $"{migration.Name}/migration.sql");
        var id = await ledger.StartAsync(migration, cancellation);
        try
        {
            await ScriptExecution.RunAsync(session, script, cancellation);
        }
        catch (PostgresFault fault)
        {
            var words = $"{fault.Severity}: {fault.MessageText} (SQLSTATE {fault.SqlState}){(fault.Detail is { } detail ? $"\nDetail: {detail}" : "")}";
            await session.ExecuteAsync("rollback", CancellationToken.None); // a file with BEGIN of its own leaves its transaction open
            await ledger.FailAsync(id, words, CancellationToken.None);
            return $"{migration.Name}: {words}";
        }

        await ledger.FinishAsync(id, cancellation);
        return null;
    }

    async Task LockAsync(Session session, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        while (!await session.ScalarAsync<bool>($"select pg_try_advisory_lock({LedgerReader.PrismaLock})", cancellation))
        {
            if (clock.GetElapsedTime(start) > LockPatience)
            {
                var ledger = await LedgerReader.ReadAsync(session, "public", cancellation);
                throw new GateException(DeployProblems.PrismaLockHeld(ledger.LockHolder));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
        }
    }
}
