using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>
/// Lets a restored database take another one's place: both are renamed in one transaction. While it waits for the old database to be
/// free it holds the lock that new sessions need, so that those that are ended cannot come back in between; and if DbGate is killed in the
/// middle, the server rolls all of it back.
/// </summary>
sealed class DatabaseSwap(Maintenance maintenance, PostgresUrl url, string restored, string former, TimeSpan timeout, TimeProvider clock)
{
    const string InUse = "55006";

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    string Database => url.Database;

    /// <summary>Does it.</summary>
    /// <returns>False when there was no old database.</returns>
    /// <exception cref="GateException">DBG0705 the name for the old one is taken; DBG0714 it could not be done.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var replaces = await maintenance.ExistsAsync(Database, cancellationToken);
        if (replaces && await maintenance.ExistsAsync(former, cancellationToken))
        {
            throw RestoreProblems.Exists(former);
        }

        try
        {
            if (replaces)
            {
                await DatabaseProperties.CopyAsync(maintenance.Session, Database, restored, cancellationToken);
            }

            await RenameAsync(replaces, cancellationToken);
            return replaces;
        }
        catch (PostgresFault fault)
        {
            throw RestoreProblems.Swap(Database, restored, fault.MessageText + (fault.Detail is { } detail ? $" ({detail})" : ""));
        }
    }

    async Task RenameAsync(bool replaces, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var ending = replaces ? EndSessionsAsync(done.Token) : Task.FromResult<string?>(null);
            try
            {
                await maintenance.Session.ExecuteAsync("BEGIN", cancellationToken);
                if (replaces)
                {
                    await maintenance.Session.ExecuteAsync(
                        $"ALTER DATABASE {Sql.Identifier(Database)} RENAME TO {Sql.Identifier(former)}", cancellationToken);
                }

                await maintenance.Session.ExecuteAsync(
                    $"ALTER DATABASE {Sql.Identifier(restored)} RENAME TO {Sql.Identifier(Database)}", cancellationToken);
                await maintenance.Session.ExecuteAsync("COMMIT", cancellationToken);
                return;
            }
            catch (PostgresFault fault)
            {
                await maintenance.Session.ExecuteAsync("ROLLBACK", CancellationToken.None);
                if (fault.SqlState != InUse || clock.GetElapsedTime(started) > timeout)
                {
                    await done.CancelAsync();
                    throw await ending is { } refused ? RestoreProblems.Swap(Database, restored, $"{fault.MessageText}; {refused}") : fault;
                }
            }
            finally
            {
                await done.CancelAsync();
                await ending;
            }
        }
    }

    // On a session of its own: the other one is waiting inside its transaction.
    async Task<string?> EndSessionsAsync(CancellationToken stop)
    {
        string? refused = null;
        try
        {
            await using var other = await Maintenance.OpenAsync(url, stop);
            while (true)
            {
                try
                {
                    await other.Session.ScalarAsync<long>(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = ANY($1) AND pid <> pg_backend_pid()",
                        stop, (object)new[] { Database, restored });
                }
                catch (PostgresFault fault) when (!stop.IsCancellationRequested)
                {
                    refused = fault.MessageText;
                }

                await Task.Delay(Pause, clock, stop);
            }
        }
        catch (Exception fault) when (stop.IsCancellationRequested && fault is OperationCanceledException or PostgresFault or GateException)
        {
            return refused;
        }
        catch (GateException fault)
        {
            return fault.Problem.Message;
        }
    }
}
