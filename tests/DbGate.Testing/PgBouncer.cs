using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DbGate.Postgres;
using DbGate.Scratch;
using Npgsql;

namespace DbGate.Testing;

/// <summary>
/// A real PgBouncer in transaction mode before a server, on a free loopback port. Debian: <c>apt-get install pgbouncer</c>.
/// </summary>
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
    /// <param name="server">The server.</param>
    /// <param name="tls">Clients must use TLS; the connections to the server stay plain, as is PgBouncer's default.</param>
    public static async Task<PgBouncer> StartAsync(PostgresUrl server, bool tls = false)
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
            {(tls ? $"client_tls_sslmode = require\nclient_tls_cert_file = {folder}/server.crt\nclient_tls_key_file = {folder}/server.key" : "")}
            """);
        if (tls)
        {
            await WriteCertificateAsync(folder);
        }

        if (user is not null)
        {
            (await Shell.RunAsync("chown", ["-R", user, folder])).Succeeded();
        }

        // It ends with the test's process, by the end of its input.
        var process = Shell.Start(
            "/bin/sh",
            ["-c", """exec 3<&0 </dev/null; "$@" 3<&- & read -r _ <&3; kill -KILL $!; wait""", "pgbouncer", program,
                Path.Combine(folder, "pgbouncer.ini")],
            "/", user: user);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var bouncer =
            new PgBouncer(tls ? Through(server, port).WithParameter("sslmode", "require") : Through(server, port), folder, process);
        await bouncer.WaitAsync();
        return bouncer;
    }

    static PostgresUrl Through(PostgresUrl server, int port) => server with { Port = port, Host = "127.0.0.1" };

    static async Task WriteCertificateAsync(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "server.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
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
