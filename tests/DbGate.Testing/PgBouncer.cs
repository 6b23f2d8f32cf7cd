using System.Diagnostics;
using DbGate.Postgres;
using Npgsql;

namespace DbGate.Testing;

/// <summary>A real PgBouncer in transaction mode before a server, on a free loopback port. Debian: <c>apt-get install pgbouncer</c>.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    readonly Process process;
    readonly string folder;

    PgBouncer(PostgresUrl url, string folder, Process process)
    {
        Url = url;
        this.folder = folder;
        this.process = process;
    }

    /// <summary>The same database as the server's URL, but through the pooler.</summary>
    public PostgresUrl Url { get; }

    /// <summary>Starts a pooler before a database's server.</summary>
    public static async Task<PgBouncer> StartAsync(PostgresUrl server)
    {
        var program = Shell.Find("pgbouncer") ?? throw Counterpart.Missing("PgBouncer is not installed", "sudo apt-get install pgbouncer");
        var user = ServerAccount.Choose().Name;
        var port = LoopbackPorts.Free();
        var folder = Directory.CreateTempSubdirectory("dbgate-bouncer-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "users.txt"), $"\"{server.User}\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "pgbouncer.ini"), $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder}/users.txt
            admin_users = {server.User}
            pool_mode = transaction
            ignore_startup_parameters = extra_float_digits
            """);
        if (user is not null)
        {
            (await Shell.RunAsync("chown", ["-R", user, folder])).Succeeded();
        }

        // It ends with the test's process, by the end of its input.
        var process = Shell.Start(
            "/bin/sh",
            ["-c", """exec 3<&0 </dev/null; "$@" 3<&- & read -r _ <&3; kill -KILL $!; wait""", "pgbouncer", program, Path.Combine(folder, "pgbouncer.ini")],
            "/", user: user);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var bouncer = new PgBouncer(server with { Port = port, Host = "127.0.0.1" }, folder, process);
        await bouncer.WaitAsync();
        return bouncer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    async Task WaitAsync()
    {
        for (var until = DateTimeOffset.UtcNow.AddMinutes(2); ; await Task.Delay(50))
        {
            try
            {
                await using var connection = await TestServer.ConnectAsync(Url);
                return;
            }
            catch (NpgsqlException) when (DateTimeOffset.UtcNow < until)
            {
                // It is starting.
            }
        }
    }
}
