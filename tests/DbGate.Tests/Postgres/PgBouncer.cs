using System.Net.Sockets;
using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Tests.Postgres;

/// <summary>A real PgBouncer before a server, on a free port.</summary>
sealed class PgBouncer : IAsyncDisposable
{
    readonly ChildProcess process;
    readonly DirectoryInfo folder;

    PgBouncer(ChildProcess process, DirectoryInfo folder, PostgresUrl url) => (this.process, this.folder, Url) = (process, folder, url);

    public PostgresUrl Url { get; }

    public static async Task<PgBouncer> StartAsync(PostgresUrl server, string mode)
    {
        var program = new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer" }.FirstOrDefault(File.Exists)
            ?? throw Counterpart.Missing("no pgbouncer", "sudo apt-get install pgbouncer");

        var folder = Directory.CreateTempSubdirectory("dbgate-bouncer-");
        var port = LoopbackPorts.Free();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "users"), $"\"{server.User}\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ini"), $"""
            [databases]
            {server.Database} = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder.FullName}/users
            pool_mode = {mode}
            ignore_startup_parameters = extra_float_digits
            """);

        // It refuses to run as root, and then needs to read its files.
        string[] arguments = [program, Path.Combine(folder.FullName, "ini")];
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync(new ChildCommand("chown", "-R", "postgres", folder.FullName), CancellationToken.None);
            arguments = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. arguments];
        }

        var process = ChildProcess.Start(new ChildCommand(arguments[0], arguments[1..]));
        var bouncer = new PgBouncer(process, folder, server with { Port = port });
        try
        {
            await bouncer.WaitAsync(port);
            return bouncer;
        }
        catch
        {
            await bouncer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    async Task WaitAsync(int port)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, deadline.Token);
                return;
            }
            catch (SocketException) when (process.IsRunning)
            {
                await Task.Delay(20, deadline.Token);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException(process.StandardErrorTail);
            }
        }
    }
}
