using System.Net;
using System.Net.Sockets;

namespace DbGate.Service.Tests;

/// <summary>A port in front of a server, so that a test can make the server refuse or vanish and come back, at the same address.</summary>
sealed class Relay : IAsyncDisposable
{
    readonly int to;
    readonly List<Socket> sockets = [];
    readonly Lock gate = new();
    Socket? listener;
    bool swallows;

    Relay(int to) => this.to = to;

    public int Port { get; private set; }

    public static Relay To(int port)
    {
        var relay = new Relay(port);
        relay.Mend();
        return relay;
    }

    /// <summary>
    /// Connections are refused, and those that were open are cut. The port stays bound, or another program could take it meanwhile.
    /// </summary>
    public void Refuse()
    {
        Cut();
        listener = Bind();
    }

    /// <summary>Connections open, and nothing ever comes back: a firewall, a frozen machine.</summary>
    public void Vanish()
    {
        Cut();
        swallows = true;
        Listen();
    }

    public void Mend()
    {
        Cut();
        swallows = false;
        Listen();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return default;
    }

    void Listen()
    {
        listener = Bind();
        listener.Listen();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = AcceptAsync(listener);
    }

    Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        return socket;
    }

    async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(Keep(await from.AcceptAsync()));
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    async Task ServeAsync(Socket client)
    {
        if (swallows)
        {
            return;
        }

        try
        {
            var server = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await server.ConnectAsync(IPAddress.Loopback, to);
            await using var near = new NetworkStream(client, ownsSocket: true);
            await using var far = new NetworkStream(server, ownsSocket: true);
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception fault) when (fault is SocketException or IOException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    Socket Keep(Socket socket)
    {
        lock (gate)
        {
            sockets.Add(socket);
        }

        return socket;
    }

    void Cut()
    {
        listener?.Dispose();
        lock (gate)
        {
            sockets.ForEach(socket => socket.Dispose());
            sockets.Clear();
        }
    }
}
