using DbGate.Postgres;

namespace DbGate.Tests.Postgres;

/// <summary>A role of one test's own on the shared server; dropped when disposed.</summary>
sealed class TestRole : IAsyncDisposable
{
    TestRole(string name) => Name = name;

    public string Name { get; }

    public string Quoted => Sql.Identifier(Name);

    public static async Task<TestRole> CreateAsync(string password, string prefix = "role")
    {
        var role = new TestRole($"{prefix}{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE ROLE {role.Quoted} LOGIN PASSWORD {Sql.Literal(password)}");
        return role;
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = {Sql.Literal(Name)}");
        await ExecuteAsync($"DROP ROLE {Quoted}");
    }

    static async Task ExecuteAsync(string sql)
    {
        await using var session = await Session.OpenAsync((await TestServer.SharedAsync()).Url, null, CancellationToken.None);
        await session.ExecuteAsync(sql, CancellationToken.None);
    }
}

/// <summary>Cleans up at the end of a block.</summary>
sealed class Dropping(Func<Task> drop) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await drop();
}
