using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DbGate.Testing;

/// <summary>
/// Free TCP ports on loopback, for servers that cannot choose one themselves, and for addresses where no server
/// listens. They are below those
/// that the system gives to connections and to servers that leave the choice to it: between this answer and the server's start no such one
/// can come first.
/// </summary>
public static class LoopbackPorts
{
    const int Lowest = 20_000;
    const int UsualEnd = 32_768;

    static readonly int End = SystemsFirst();
    static readonly HashSet<int> Given = [];

    /// <summary>A free port.</summary>
    public static int Free() => FreeRun(1);

    /// <summary>The first of several free ports in a row. None is given twice.</summary>
    public static int FreeRun(int length)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var run = Enumerable.Range(Random.Shared.Next(Lowest, End - length), length).ToArray();
            lock (Given)
            {
                if (!run.Any(Given.Contains) && run.All(IsFree))
                {
                    Given.UnionWith(run);
                    return run[0];
                }
            }
        }

        throw new InvalidOperationException($"No {length} free ports in a row.");
    }

    static int SystemsFirst()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        var first =
            File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split((char[]?)null, 2)[0], CultureInfo.InvariantCulture) : UsualEnd;
        return first > Lowest + 1000 ? first : UsualEnd;
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
