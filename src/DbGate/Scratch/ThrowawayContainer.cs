using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Scratch;

/// <summary>
/// A throwaway server in a container of an image that this machine has, in no network: only its Unix socket leads to it, in a folder that
/// only DbGate's user may enter. Its data are in a volume on the engine's disk. It ends with its owner: disposed, or killed with <c>kill
/// -9</c>, nothing of it remains.
/// </summary>
sealed class ThrowawayContainer : IAsyncDisposable
{
    const string Sockets = "/dbgate";
    const string Ready = "ready";
    const int InitdbFailed = 55;

    // The container's first process. Its standard input is a pipe that only DbGate holds, handed through by the engine's client: first the
    // password, which is in no command line, environment or file, then nothing, to its end. The log goes to the error output.
    const string Server = """
        trap '' INT HUP
        read -r password || exit 1
        exec 3<&0 </dev/null
        umask 077
        data=/var/lib/postgresql/dbgate
        printf '%s\n' "$password" | initdb --pgdata="$data" --username="$3" --pwfile=/dev/stdin --auth=scram-sha-256 \
            --encoding="$1" --locale="$2" --no-sync 3<&- >&2 || exit 55
        shift 3
        postgres -D "$data" "$@" >&2 3<&- &
        server=$!
        trap 'kill -QUIT "$server"' TERM
        { cat <&3 >/dev/null; kill -QUIT "$server"; } &
        { until sed -n 8p "$data/postmaster.pid" 2>/dev/null | grep -q ready; do sleep 0.05; done; echo ready; } 3<&- &
        while kill -0 "$server" 2>/dev/null; do wait "$server"; done
        """;

    // The socket's folder goes when the engine's client has gone, also when DbGate went before.
    const string Client = """folder=$1; shift; trap : INT HUP TERM PIPE; "$@"; code=$?; rm -rf "$folder"; exit $code""";

    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan GiveUpDeadline = TimeSpan.FromSeconds(10);

    readonly ChildProcess client;
    readonly string folder;
    bool disposed;

    ThrowawayContainer(ChildProcess client, string folder, PostgresUrl url) => (this.client, this.folder, Url) = (client, folder, url);

    /// <summary>Its socket, as its superuser <c>postgres</c>, with the password; database <c>postgres</c>.</summary>
    public PostgresUrl Url { get; }

    /// <summary>Makes and starts a server, and waits until it takes connections.</summary>
    /// <param name="image">Where it comes from.</param>
    /// <param name="options">What it is to be like. TLS is refused: no network leads to it.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="GateException">It does not start before the deadline (DBG0054 to DBG0056).</exception>
    public static async Task<ThrowawayContainer> StartAsync(EngineImage image, ThrowawayOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(options.Ssl, true);
        var folder = ThrowawayFolder.Create(ServerAccount.Own);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        ChildProcess? client = null;
        try
        {
            var sockets = folder.MakeSockets();
            client =
                ChildProcess.Start(Command(image, options, folder.Path, sockets) with { Secrets = [password] }, CancellationToken.None);
            var url =
                PostgresUrl.Parse(
                    $"postgresql://{options.Superuser}:{password}@localhost/postgres", "the throwaway server") with { Host = sockets };
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(options.Deadline);
            return await IsReadyAsync(client, password, deadline.Token)
                ? new(client, folder.Path, url)
                : throw await EndedAsync(client, image);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var log = client?.StandardErrorTail ?? "";
            await StopAsync(client, folder.Path, GiveUpDeadline);
            throw ThrowawayProblems.Start(image, $"was not ready after {options.Deadline.TotalSeconds:0} s", log);
        }
        catch
        {
            await StopAsync(client, folder.Path, GiveUpDeadline);
            throw;
        }
    }

    /// <summary>Knocks at the socket: the engine of a virtual machine shows the file, and no one behind it.</summary>
    /// <returns>Why no one answers; null when a person does.</returns>
    public async Task<string?> KnockAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Url.Host, ThrowawayFolder.SocketName)), cancellationToken);
            return null;
        }
        catch (SocketException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Stops the server at once and removes the container, its volumes and the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            await StopAsync(client, folder, StopDeadline);
        }
    }

    internal static ChildCommand Command(EngineImage image, ThrowawayOptions options, string folder, string sockets)
    {
        // The last one counts.
        var settings =
            ThrowawayFolder.Fast.Concat(options.Settings)
                .Append(new("listen_addresses", ""))
                .Append(new("unix_socket_directories", Sockets));
        var run = image.Run(
            "postgres",
            [
                "--network=none", "--user=postgres", EngineImage.Mount(sockets, Sockets),
                "--volume=/var/lib/postgresql", "--tmpfs=/tmp",
                "--shm-size=4g", // A limit, for parallel workers; the engine's own is 64 MB.
            ],
            "sh",
            ["-c", Server, "dbgate-server", options.Encoding, options.Locale, options.Superuser,
                .. settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })],
            new Dictionary<string, string?> { ["LC_ALL"] = "C" });
        return run with { Path = "/bin/sh", Arguments = ["-c", Client, "dbgate-watchdog", folder, run.Path, .. run.Arguments], Deadline =
            Timeout.InfiniteTimeSpan };
    }

    /// <summary>Hands over the password, and waits for the server's first word.</summary>
    static async Task<bool> IsReadyAsync(ChildProcess client, string password, CancellationToken cancellationToken)
    {
        try
        {
            await client.StandardInput.WriteAsync(Encoding.ASCII.GetBytes($"{password}\n"), cancellationToken);
            await client.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It has gone; its last words tell why.
        }

        using var output = new StreamReader(client.StandardOutput, leaveOpen: true);
        return await output.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken) == Ready;
    }

    static async Task<GateException> EndedAsync(ChildProcess client, EngineImage image)
    {
        var outcome = await client.WaitAsync();
        return outcome.ExitCode == InitdbFailed
            ? ThrowawayProblems.Initdb(image, outcome.StandardError)
            : ThrowawayProblems.Start(image, "ended while starting", outcome.StandardError);
    }

    static async Task StopAsync(ChildProcess? client, string folder, TimeSpan deadline)
    {
        if (client is not null)
        {
            await client.StandardInput.DisposeAsync();
            try
            {
                await client.WaitAsync().WaitAsync(deadline);
            }
            catch (TimeoutException)
            {
                // The engine is stuck. Its client is ended, and whatever is left is removed by name.
            }

            await client.DisposeAsync();
        }

        ThrowawayFolder.Delete(folder);
    }
}
