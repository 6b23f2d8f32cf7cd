using DbGate.Postgres;

namespace DbGate.Tests.Backups.Restores;

/// <summary>A database that a restore makes; dropped when disposed.</summary>
sealed class Dropped(PostgresUrl url) : IAsyncDisposable
{
    public PostgresUrl Url => url;

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        return await session.ScalarAsync<T>(sql, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        // Every session of the server must agree, also one that other tests keep waiting.
        var patient = new SessionOptions { CommandTimeout = TimeSpan.FromMinutes(3) };
        await using var session = await Session.OpenAsync(url.WithDatabase("postgres"), patient, CancellationToken.None);
        await session.ExecuteAsync($"DROP DATABASE IF EXISTS {Sql.Identifier(url.Database)} WITH (FORCE)", CancellationToken.None);
    }
}
