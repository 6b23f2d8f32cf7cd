using System.Collections.Concurrent;
using System.Diagnostics;
using DbGate.Postgres;
using Npgsql;

namespace DbGate.Bench;

/// <summary>
/// Calls at a fixed rate, whatever the server does: a call that waits does not hold up the next one, as with an application's many clients.
/// </summary>
sealed class QueryLoad : IAsyncDisposable
{
    readonly NpgsqlDataSource source;
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentBag<(TimeSpan Start, TimeSpan Taken)> calls = [];
    readonly ConcurrentDictionary<Task, byte> open = [];
    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly Task[] loops;

    QueryLoad(NpgsqlDataSource source, (string Sql, double PerSecond)[] queries, TimeSpan transaction)
    {
        this.source = source;
        loops = [.. queries.Select(query => Task.Run(() => CallAsync(query.Sql, query.PerSecond))), Task.Run(() => HoldAsync(transaction))];
    }

    /// <summary>How long it has run.</summary>
    public TimeSpan Now => clock.Elapsed;

    /// <summary>Starts it.</summary>
    /// <param name="url">The database, as the application's role.</param>
    /// <param name="queries">The statements and how often each is called; <c>$1</c> is a number.</param>
    /// <param name="transaction">How long a transaction of another session lasts; one follows the other.</param>
    public static QueryLoad Start(PostgresUrl url, (string Sql, double PerSecond)[] queries, TimeSpan transaction) => new(
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Username = url.User,
            Password = url.Password,
            Database = url.Database,
            MaxPoolSize = 400,
            MinPoolSize = 20,
            Timeout = 60,
            CommandTimeout = 60,
        }),
        queries, transaction);

    /// <summary>The calls that began in a time, each with how long it took; of all that have ended.</summary>
    public IReadOnlyList<TimeSpan> Between(TimeSpan from, TimeSpan to) =>
        [.. calls.Where(call => call.Start >= from && call.Start < to).Select(call => call.Taken)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        await Task.WhenAll(open.Keys);
        await source.DisposeAsync();
        stop.Dispose();
    }

    async Task CallAsync(string sql, double perSecond)
    {
        var start = clock.Elapsed;
        for (var number = 0L; !stop.IsCancellationRequested; number++)
        {
            var due = start + TimeSpan.FromSeconds(number / perSecond);
            if (due - clock.Elapsed is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, CancellationToken.None);
            }

            var id = number;
            var call = Task.Run(() => OneAsync(sql, id));
            open[call] = 0;
            _ = call.ContinueWith(done => open.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    async Task OneAsync(string sql, long number)
    {
        var start = clock.Elapsed;
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = (int)(number % 1000) + 1 });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
        calls.Add((start, clock.Elapsed - start));
    }

    async Task HoldAsync(TimeSpan transaction)
    {
        while (!stop.IsCancellationRequested)
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            await using var open = await connection.BeginTransactionAsync(CancellationToken.None);
            await using var command = new NpgsqlCommand("SELECT count(*) FROM orders WHERE id < 10", connection, open);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            await Task.Delay(transaction, CancellationToken.None);
            await open.CommitAsync(CancellationToken.None);
        }
    }
}
