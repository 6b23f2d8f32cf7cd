using System.Globalization;
using DbGate.Postgres;
using Npgsql;

namespace DbGate.Testing;

/// <summary>A database of one test's own on the shared server; dropped when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    static int count;

    readonly PostgresUrl server;

    TestDatabase(PostgresUrl server, string name)
    {
        this.server = server;
        Name = name;
        Url = server.WithDatabase(name);
    }

    /// <summary>The database's name.</summary>
    public string Name { get; }

    /// <summary>Where it is.</summary>
    public PostgresUrl Url { get; }

    /// <summary>The URL with its password, for the environment of a child process.</summary>
    public string UrlText => Url.Reveal();

    /// <summary>Creates an empty database, or a copy of another one that no one is connected to.</summary>
    public static async Task<TestDatabase> CreateAsync(TestDatabase? template = null) =>
        await CreateAsync((await TestServer.SharedAsync()).Url, template);

    /// <summary>Creates a database on a given server.</summary>
    public static async Task<TestDatabase> CreateAsync(PostgresUrl server, TestDatabase? template = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref count)}");
        await OnceFreeAsync(server, $"CREATE DATABASE {name} TEMPLATE {template?.Name ?? "template0"}");
        return new(server, name);
    }

    /// <summary>Opens a connection to it.</summary>
    public Task<NpgsqlConnection> ConnectAsync() => TestServer.ConnectAsync(Url);

    /// <summary>Runs one or more statements.</summary>
    public Task ExecuteAsync(string sql) => ExecuteAsync(Url, sql);

    /// <summary>Runs a query and returns its first value; default when it is NULL or there is none.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>The digest of all its schema objects and rows: equal before and after means untouched.</summary>
    /// <param name="without">A schema that is left out, such as DbGate's own.</param>
    public async Task<string> DigestAsync(string without = "")
    {
        await using var connection = await ConnectAsync();
        return await DatabaseFingerprint.ReadAsync(connection, without);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await OnceFreeAsync(server, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");

    // The server waits five seconds for sessions that are ending; on a busy machine that may be too short.
    static async Task OnceFreeAsync(PostgresUrl server, string sql)
    {
        for (var until = DateTimeOffset.UtcNow.AddMinutes(2); ;)
        {
            try
            {
                await ExecuteAsync(server, sql);
                return;
            }
            catch (PostgresException inUse) when (inUse.SqlState == PostgresErrorCodes.ObjectInUse && DateTimeOffset.UtcNow < until)
            {
                // It has waited already.
            }
        }
    }

    static async Task ExecuteAsync(PostgresUrl url, string sql)
    {
        await using var connection = await TestServer.ConnectAsync(url);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
