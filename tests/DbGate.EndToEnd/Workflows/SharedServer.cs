using DbGate.Postgres;

namespace DbGate.EndToEnd.Workflows;

/// <summary>One server for all workflows, with a database of today's migrations to copy; started by the first that asks.</summary>
[SetUpFixture]
public sealed class SharedServer
{
    static readonly Lazy<Task<(ThrowawayServer Server, TestDatabase Today)>> Started = new(StartAsync);

    internal static Task<(ThrowawayServer Server, TestDatabase Today)> GetAsync() => Started.Value;

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Started.IsValueCreated)
        {
            await (await Started.Value).Server.DisposeAsync();
        }
    }

    static async Task<(ThrowawayServer Server, TestDatabase Today)> StartAsync()
    {
        var server = await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true });
        return (server, await Shop.DeployTodayAsync(server));
    }
}
