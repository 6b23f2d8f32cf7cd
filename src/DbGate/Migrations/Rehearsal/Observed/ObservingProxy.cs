using System.Net;
using System.Net.Sockets;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>
/// Listens on a loopback port for the command, and connects each of its connections with the scratch server. The command learns no other
/// address of it.
/// </summary>
sealed class ObservingProxy : IAsyncDisposable
{
    readonly PostgresUrl scratch;
    readonly ObservationTarget target;
    readonly TcpListener listener;
    readonly CancellationTokenSource stop = new();
    readonly Lock gate = new();
    readonly List<Task> sessions = [];
    readonly Task accepting;

    ObservingProxy(PostgresUrl scratch, ObservationTarget target, TcpListener listener)
    {
        (this.scratch, this.target, this.listener) = (scratch, target, listener);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Url = scratch with
        {
            Host = "127.0.0.1",
            Port = port,
            Parameters = [.. scratch.Parameters.Where(parameter => !parameter.Key.StartsWith("ssl", StringComparison.Ordinal))],
            Written = [],
        };
        accepting = AcceptAsync();
    }

    /// <summary>What the command gets as its database.</summary>
    public PostgresUrl Url { get; }

    /// <summary>Begins to listen, on the network of the calling thread.</summary>
    public static ObservingProxy Start(PostgresUrl scratch, ObservationTarget target)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new(scratch, target, listener);
    }

    /// <summary>Ends all connections and waits until nothing of them runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        Task[] left;
        lock (gate)
        {
            left = [.. sessions];
        }

        await Task.WhenAll(left);
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                client.NoDelay = true;
                lock (gate)
                {
                    sessions.RemoveAll(session => session.IsCompleted);
                    sessions.Add(Task.Run(() => ServeAsync(client), CancellationToken.None));
                }
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (fault is SocketException && !stop.IsCancellationRequested)
                {
                    target.Log.Fail(fault.Message);
                }

                return;
            }
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        var wire = new WireStream(client.GetStream());
        try
        {
            await using var session = new ObservedSession(
                wire, new WireStream(await ConnectAsync(stop.Token)), CancelAsync,
                (pid, cancellationToken) => StatementObserver.StartAsync(target, pid, cancellationToken));
            await session.RunAsync(stop.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A client that leaves without a word is its own affair.
            if (fault is IOException { InnerException: not SocketException } and not EndOfStreamException)
            {
                target.Log.Fail(fault.Message);
            }
        }
        catch (GateException refused) when (refused.Problem.Code == RehearsalProblems.ReachesMachineCode)
        {
            target.Log.Refuse(refused.Problem);
        }
        catch (Exception fault) when (fault is PostgresFault or GateException)
        {
            target.Log.Fail(fault.Message);
        }
        finally
        {
            client.Dispose();
        }
    }

    async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = scratch.IsUnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await (scratch.IsUnixSocket
                ? socket.ConnectAsync(
                    new UnixDomainSocketEndPoint(Path.Combine(scratch.Host, $".s.PGSQL.{scratch.Port}")), cancellationToken)
                : socket.ConnectAsync(scratch.Host, scratch.Port, cancellationToken));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Hands a request to cancel on: the server knows by its key which session it is for.</summary>
    async Task CancelAsync(byte[] packet, CancellationToken cancellationToken)
    {
        await using var server = new WireStream(await ConnectAsync(cancellationToken));
        server.WriteStart(packet);
        await server.FlushAsync(cancellationToken);
    }
}
