using System.Net;
using System.Net.Sockets;
using System.Text;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Readiness;
using DbGate.Releases;

namespace DbGate.Build.Demo;

/// <summary>The application of the demo: nothing but a <c>/ready</c> that answers as the contract states, from the real ledger.</summary>
sealed class DemoApplication : IDemoApplication
{
    readonly HttpListener listener = new();
    readonly Task serving;

    public DemoApplication(Func<Settings> settings)
    {
        Address = $"http://127.0.0.1:{FreePort()}/ready";
        listener.Prefixes.Add(Address.Replace("/ready", "/", StringComparison.Ordinal));
        listener.Start();
        serving = Task.Run(() => ServeAsync(settings));
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    async Task ServeAsync(Func<Settings> settings)
    {
        while (listener.IsListening)
        {
            try
            {
                var http = await listener.GetContextAsync();
                await using var context = new GateContext(settings());
                var checks = await CheckRunner.RunAsync(CheckCatalog.Ready, context, CancellationToken.None);
                http.Response.StatusCode = ReadyDocument.IsReady(checks) ? 200 : 503;
                http.Response.ContentType = "application/json";
                await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(ReadyDocument.Render(checks)));
                http.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
