using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using Testcontainers.PostgreSql;

namespace DbGate.Build.Demo;

/// <summary>A PostgreSQL for the demo: one that is given, else a throwaway one of local binaries, else a container.</summary>
sealed record DemoServer(PostgresUrl Url, string Source, bool HasTls, IAsyncDisposable? Owned) : IAsyncDisposable
{
    const string Image = "postgres:17";

    public static async Task<DemoServer> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("DBGATE_TEST_DATABASE_URL") is { Length: > 0 } given)
        {
            return new DemoServer(PostgresUrl.Parse(given, "DBGATE_TEST_DATABASE_URL"), "DBGATE_TEST_DATABASE_URL", HasTls: false, null);
        }

        try
        {
            var server = await ThrowawayServer.StartAsync(new ThrowawayOptions { Ssl = true }, cancellationToken);
            return new DemoServer(server.Url, $"PostgreSQL {server.Binaries.Version} of this machine", HasTls: true, server);
        }
        catch (GateException)
        {
            return await ContainerAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Owned is not null)
        {
            await Owned.DisposeAsync();
        }
    }

    static async Task<DemoServer> ContainerAsync(CancellationToken cancellationToken)
    {
        var container = new PostgreSqlBuilder(Image).Build();
        await container.StartAsync(cancellationToken);
        var url = $"postgresql://{PostgreSqlBuilder.DefaultUsername}:{PostgreSqlBuilder.DefaultPassword}"
            + $"@{container.Hostname}:{container.GetMappedPublicPort(PostgreSqlBuilder.PostgreSqlPort)}/postgres";
        return new DemoServer(PostgresUrl.Parse(url, "the container"), $"container {Image}", HasTls: false, container);
    }
}
