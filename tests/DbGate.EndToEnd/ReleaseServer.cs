using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.EndToEnd;

/// <summary>
/// The server that production's database of every release here needs: it demands SSL, and has the wallet as it is today for databases
/// to be copied from. Started by the first fixture that asks, stopped when the last test has run.
/// </summary>
sealed record ReleaseServer(ThrowawayServer Server, TestDatabase Today)
{
    static readonly Lazy<Task<ReleaseServer>> Started = new(StartAsync);

    public static Task<ReleaseServer> SharedAsync() => Started.Value;

    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            await (await Started.Value).Server.DisposeAsync();
        }
    }

    static async Task<ReleaseServer> StartAsync()
    {
        var server = await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true });
        return new(server, await Shop.DeployTodayAsync(server));
    }
}
