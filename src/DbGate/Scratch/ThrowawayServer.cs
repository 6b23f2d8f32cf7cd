using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Scratch;

/// <summary>
/// A private PostgreSQL on loopback from the programs of this machine, for the demo, rehearsals and restore tests.
/// It lives in a temporary folder, asks for a random password, and ends with its owner: disposed, or killed with
/// <c>kill -9</c>, nothing of it remains.
/// </summary>
sealed class ThrowawayServer : IAsyncDisposable
{
    // The server's parent is this shell. It reads its standard input, a pipe that only DbGate holds, and whose end the
    // system closes however DbGate ends. Parent-death signals would not do: they fire when the starting thread ends.
    const string Watchdog = """
        trap '' INT HUP PIPE
        folder=$1; shift
        exec 3<&0 </dev/null
        "$@" >>"$folder/log" 2>&1 3<&- &
        server=$!
        { read -r _ <&3; while kill -QUIT "$server"; do sleep 0.1; done; } >/dev/null 2>&1 &
        stopper=$!
        wait "$server"; echo "ended $?"
        kill "$stopper" 2>/dev/null; wait "$stopper"
        read -r _ <&3; rm -rf "$folder"
        """;

    const string RestoredSuperuser = "dbgate_scratch_superuser";

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    readonly Process watchdog;
    bool disposed;

    ThrowawayServer(ServerBinaries binaries, ThrowawayFolder folder, int port, string url, Process watchdog)
    {
        Binaries = binaries;
        Folder = folder.Path;
        Port = port;
        Url = PostgresUrl.Parse(url, "the throwaway server");
        this.watchdog = watchdog;
    }

    /// <summary>Where it listens, as its superuser (<see cref="ThrowawayOptions"/>), with the password; database <c>postgres</c>.</summary>
    public PostgresUrl Url { get; }

    /// <summary>The programs it was started from.</summary>
    public ServerBinaries Binaries { get; }

    /// <summary>The TCP port on 127.0.0.1; the Unix socket in <see cref="Folder"/> has the same number.</summary>
    public int Port { get; }

    /// <summary>
    /// The temporary folder: <c>data</c>, <c>log</c>, the Unix socket, and with TLS <c>server.crt</c>, its own authority.
    /// </summary>
    public string Folder { get; }

    /// <summary>Makes and starts a server, and waits until it takes connections.</summary>
    /// <exception cref="GateException">No server is installed, or it does not start before the deadline (DBG0050 to DBG0056).</exception>
    public static async Task<ThrowawayServer> StartAsync(ThrowawayOptions options, CancellationToken cancellationToken) =>
        await StartAsync(await ServerBinaries.FindAsync(options.Major, cancellationToken), options, cancellationToken);

    internal static async Task<ThrowawayServer> StartAsync(ServerBinaries binaries, ThrowawayOptions options,
        CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Deadline);
        var folder = ThrowawayFolder.Create(ServerAccount.Choose());
        try
        {
            var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
            await folder.InitializeAsync(binaries, options, password, deadline.Token);
            return await LaunchAsync(binaries, folder, options, password, [], deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var log = folder.ReadLog();
            folder.Delete();
            throw ThrowawayProblems.Start(binaries, $"was not ready after {options.Deadline.TotalSeconds:0} s", log);
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    /// <summary>Starts a server from restored files and waits until their recovery has ended.</summary>
    /// <param name="binaries">Of the files' major version.</param>
    /// <param name="folder">With the data; removed when it does not start.</param>
    /// <param name="options">What it is to be like.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">It does not start before the deadline (DBG0054).</exception>
    internal static async Task<ThrowawayServer> StartRestoredAsync(
        ServerBinaries binaries, ThrowawayFolder folder, RestoredOptions options, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Deadline);
        try
        {
            var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
            var own = new ThrowawayOptions { Superuser = RestoredSuperuser };
            var server = await LaunchAsync(
                binaries, folder, own, password, await folder.ConfigureRestoredAsync(options, deadline.Token), deadline.Token);
            try
            {
                await AddSuperuserAsync(server, options, password, deadline.Token);
                return server;
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var log = folder.ReadLog();
            folder.Delete();
            throw ThrowawayProblems.Start(binaries, $"has not recovered after {options.Deadline.TotalSeconds:0} s", log);
        }
    }

    // The passwords of the restored roles are not known here; the socket asks for none.
    static async Task AddSuperuserAsync(
        ThrowawayServer server, RestoredOptions options, string password, CancellationToken cancellationToken)
    {
        var socket = server.Url.WithDatabase(options.Database) with { Host = server.Folder, User = options.Superuser, Password = null };
        await using var session = await Session.OpenAsync(socket, null, cancellationToken);
        await session.ExecuteAsync("SET default_transaction_read_only = off", cancellationToken);
        await session.ExecuteAsync("SET log_statement = 'none'", cancellationToken);
        await session.ExecuteAsync(
            $"CREATE ROLE {RestoredSuperuser} SUPERUSER LOGIN PASSWORD {Sql.Literal(password)}", cancellationToken);
    }

    /// <summary>Stops the server at once and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            await StopAsync(watchdog);
            ThrowawayFolder.Delete(Folder);
        }
    }

    static async Task<ThrowawayServer> LaunchAsync(
        ServerBinaries binaries, ThrowawayFolder folder, ThrowawayOptions options, string password, IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var watchdog = folder.Account.Start("/bin/sh",
            [
                "-c", Watchdog, "dbgate-watchdog", folder.Path,
                binaries.Postgres, "-D", folder.Data, "-k", folder.Path, "-p", port.ToString(CultureInfo.InvariantCulture),
                .. arguments,
            ]);
            try
            {
                var ended = watchdog.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();
                while (!folder.IsReady())
                {
                    if (ended.IsCompleted)
                    {
                        throw ThrowawayProblems.Start(binaries, "ended while starting", folder.ReadLog());
                    }

                    await Task.Delay(Pause, cancellationToken);
                }

                var query = options.Ssl ? "?sslmode=require" : "";
                return new(
                    binaries, folder, port, $"postgresql://{options.Superuser}:{password}@127.0.0.1:{port}/postgres{query}", watchdog);
            }
            catch (GateException) when (attempt < 5 && folder.ReadLog().Contains("Address already in use", StringComparison.Ordinal))
            {
                watchdog.Kill();
                watchdog.Dispose();
                folder.ForgetLog();
            }
            catch
            {
                folder.ReadLog(); // The watchdog takes it along.
                await StopAsync(watchdog);
                throw;
            }
        }
    }

    static async Task StopAsync(Process watchdog)
    {
        using (watchdog)
        {
            watchdog.StandardInput.Close();
            using var deadline = new CancellationTokenSource(StopDeadline);
            try
            {
                await watchdog.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                watchdog.Kill(entireProcessTree: true);
            }
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
