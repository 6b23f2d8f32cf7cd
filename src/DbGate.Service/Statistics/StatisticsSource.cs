using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Service.Caching;
using DbGate.Targets;

namespace DbGate.Service.Statistics;

/// <summary>The database's size and rows: estimates for everyone who asks within a period the same, counts for one at a time.</summary>
sealed class StatisticsSource : IDisposable
{
    static readonly SessionOptions Brief = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5), CommandTimeout = TimeSpan.FromSeconds(10), CancelTimeout = TimeSpan.FromSeconds(1),
        ApplicationName = "dbgate-stats",
    };

    /// <summary>The count of one table may take as long as this.</summary>
    static readonly SessionOptions Long = Brief with { CommandTimeout = TimeSpan.FromHours(1) };

    readonly Settings settings;
    readonly Cached<DatabaseStatistics> estimates;
    readonly SemaphoreSlim counting = new(1);

    /// <summary>Asks nothing before it is asked.</summary>
    public StatisticsSource(Settings settings, TimeSpan period, TimeProvider clock)
    {
        this.settings = settings;
        estimates = new(period, clock, ReadAsync);
    }

    /// <summary>PostgreSQL's estimates.</summary>
    /// <exception cref="Problems.GateException">No connection, or no answer in time.</exception>
    /// <exception cref="PostgresFault">The server refused.</exception>
    public ValueTask<Aged<DatabaseStatistics>> EstimateAsync(CancellationToken cancellationToken) => estimates.GetAsync(cancellationToken);

    /// <summary>A session to count in; null when another person is counting. Ends with its disposal.</summary>
    /// <inheritdoc cref="EstimateAsync" path="/exception"/>
    public async Task<Count?> StartCountAsync(CancellationToken cancellationToken)
    {
        if (!await counting.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return null;
        }

        try
        {
            var session = await Session.OpenAsync(Target.Resolve(settings).Url, Long, cancellationToken);
            return new Count(session, counting);
        }
        catch
        {
            counting.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => counting.Dispose();

    async Task<DatabaseStatistics> ReadAsync()
    {
        await using var session = await Session.OpenAsync(Target.Resolve(settings).Url, Brief, CancellationToken.None);
        return await DatabaseStatistics.ReadAsync(session, exact: false, null, CancellationToken.None);
    }

    /// <summary>The one count that runs.</summary>
    public sealed class Count(Session session, SemaphoreSlim counting) : IAsyncDisposable
    {
        /// <summary>Size and tables, whose rows are still estimates: the largest first.</summary>
        public Task<DatabaseStatistics> TablesAsync(CancellationToken cancellationToken) =>
            DatabaseStatistics.ReadAsync(session, exact: false, null, cancellationToken);

        /// <summary>Their rows, table by table.</summary>
        public IAsyncEnumerable<TableRows> RowsAsync(DatabaseStatistics tables, CancellationToken cancellationToken) =>
            tables.CountAsync(session, cancellationToken);

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            try
            {
                await session.DisposeAsync();
            }
            finally
            {
                counting.Release();
            }
        }
    }
}
