using System.Net;
using System.Net.Sockets;

namespace DbGate.Testing;

/// <summary>Free TCP ports on loopback, for servers that cannot choose one themselves.</summary>
public static class LoopbackPorts
{
    /// <summary>A free port.</summary>
    public static int Free() => FreeRun(1);

    /// <summary>The first of several free ports in a row.</summary>
    public static int FreeRun(int length)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (Enumerable.Range(port + 1, length - 1).All(IsFree))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No {length} free ports in a row.");
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
