using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DbGate.EndToEnd;

/// <summary>An application that answers every request with the same status and body.</summary>
sealed class ReadyEndpoint : IDisposable
{
    readonly HttpListener listener = new();

    public ReadyEndpoint(HttpStatusCode status, string body)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Address = $"http://127.0.0.1:{port}/ready";
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _ = Task.Run(() => ServeAsync(status, body));
    }

    public string Address { get; }

    public void Dispose() => listener.Close();

    async Task ServeAsync(HttpStatusCode status, string body)
    {
        while (listener.IsListening)
        {
            try
            {
                var http = await listener.GetContextAsync();
                http.Response.StatusCode = (int)status;
                await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                http.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
