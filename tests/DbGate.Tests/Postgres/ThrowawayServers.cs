using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using Npgsql;

namespace DbGate.Tests.Postgres;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ThrowawayServers
{
    [Test]
    public async Task Take_connections_on_loopback_as_superuser()
    {
        await using var server = await TestServer.StartLocalAsync();

        Assert.That(await AskAsync(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"), Is.EqualTo("True"));
        Assert.That(await AskAsync(server, "SHOW listen_addresses"), Is.EqualTo("127.0.0.1"));
    }

    [Test]
    public async Task Listen_on_a_socket_in_their_folder()
    {
        await using var server = await TestServer.StartLocalAsync();

        Assert.That(await AskAsync(server.Url with { Host = server.Folder }, "SELECT inet_server_addr() IS NULL"), Is.EqualTo("True"));
    }

    [Test]
    public async Task Refuse_a_wrong_password()
    {
        await using var server = await TestServer.StartLocalAsync();

        Assert.That(async () => await AskAsync(server.Url with { Password = "guessed" }, "SELECT 1"),
            Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo("28P01"));
    }

    [Test]
    public async Task Have_the_wanted_version_encoding_locale_and_settings()
    {
        var newest = (await ServerBinaries.FindAsync(major: null, CancellationToken.None)).Version.Major;
        await using var server = await TestServer.StartLocalAsync(new()
        {
            Major = newest,
            Encoding = "LATIN1",
            Locale = "C",
            Settings = new Dictionary<string, string> { ["application_name"] = @"it's \ here", ["work_mem"] = "7MB" },
        });

        Assert.That(await AskAsync(server, "SELECT current_setting('server_version_num')::int / 10000"), Is.EqualTo($"{newest}"));
        Assert.That(await AskAsync(server, "SHOW server_encoding"), Is.EqualTo("LATIN1"));
        Assert.That(await AskAsync(server, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'"), Is.EqualTo("C"));
        Assert.That(await AskAsync(server, "SHOW work_mem"), Is.EqualTo("7MB"));
        Assert.That(await AskAsync(server, "SHOW application_name"), Is.EqualTo(@"it's \ here"));
    }

    [Test]
    public async Task Serve_tls_when_asked()
    {
        await using var server = await TestServer.StartLocalAsync(new() { Ssl = true });
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = "localhost",
            Port = server.Port,
            Username = server.Url.User,
            Password = server.Url.Password,
            Database = server.Url.Database,
            SslMode = Npgsql.SslMode.VerifyFull,
            RootCertificate = Path.Combine(server.Folder, "server.crt"),
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", connection);

        Assert.That(await command.ExecuteScalarAsync(), Is.True);
    }

    [Test]
    public async Task Live_side_by_side()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestServer.StartLocalAsync()));
        try
        {
            Assert.That(servers.Select(server => server.Port), Is.Unique);
            Assert.That(servers.Select(server => server.Url.Password), Is.Unique);
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    [Test]
    public async Task Keep_their_password_out_of_every_command_line()
    {
        await using var server = await TestServer.StartLocalAsync();
        var processes = await Shell.RunAsync("ps", ["-eo", "args"]);

        Assert.That(processes.Output, Does.Contain(server.Folder).And.Not.Contain(server.Url.Password!));
    }

    [Test]
    public async Task Leave_nothing_behind_when_disposed()
    {
        var server = await TestServer.StartLocalAsync();
        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.That(server.Folder, Does.Not.Exist);
        Assert.That((await Shell.RunAsync("ps", ["-eo", "args"])).Output, Does.Not.Contain(server.Folder));
    }

    [Test]
    public async Task Leave_nothing_behind_when_their_owner_is_killed()
    {
        await using var _ = await TestServer.StartLocalAsync();
        using var owner = Shell.Start("dotnet", [typeof(TestServer).Assembly.Location]);
        await owner.StandardOutput.ReadLineAsync();
        var folder = await owner.StandardOutput.ReadLineAsync();
        Assert.That(folder, Does.Exist);

        owner.Kill();
        await owner.WaitForExitAsync();

        // Anyone who removes the folder ends a moment later.
        Assert.That(() => Directory.Exists(folder), Is.False.After(120_000, 50));
        Assert.That(async () => (await Shell.RunAsync("ps", ["-eo", "args"])).Output, Does.Not.Contain(folder!).After(60_000, 50));
    }

    [Test]
    public async Task Say_their_last_words_when_they_cannot_start()
    {
        await using var _ = await TestServer.StartLocalAsync();
        var problem = await ProblemOfAsync(new() { Settings = new Dictionary<string, string> { ["shared_bufers"] = "1GB" } });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0056"));
        Assert.That(problem.Cause, Does.Contain("""unrecognized configuration parameter "shared_bufers" """.Trim()));
    }

    [Test]
    public async Task Say_what_initdb_said()
    {
        await using var _ = await TestServer.StartLocalAsync();
        var problem = await ProblemOfAsync(new() { Locale = "tlh_QO.UTF-8" });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0055"));
        Assert.That(problem.Cause, Does.Contain("locale"));
    }

    [Test]
    public async Task Miss_their_deadline_with_a_problem_of_their_own()
    {
        await using var _ = await TestServer.StartLocalAsync();
        var problem = await ProblemOfAsync(new() { Deadline = TimeSpan.FromMilliseconds(1) });

        Assert.That(problem.Message, Does.Contain("was not ready after"));
    }

    /// <summary>The log goes with the folder, and the folder with the watchdog.</summary>
    [Test]
    public async Task Say_their_last_words_when_they_miss_their_deadline()
    {
        await using var _ = await TestServer.StartLocalAsync();
        var programs = Directory.CreateTempSubdirectory("dbgate-slow-");
        Script.Write(Path.Combine(programs.FullName, "initdb"), "#!/bin/sh\nmkdir \"$2\"\n");

        // A shell in the background cannot trap SIGQUIT, which it was told to ignore; the real program takes it up again.
        Script.Write(
            Path.Combine(programs.FullName, "postgres"),
            "#!/bin/sh\necho 'LOG:  redo in progress'\nulimit -c 0\nexec env --default-signal=QUIT sleep 600\n");
        await Shell.RunAsync("chmod", ["-R", "755", programs.FullName]);
        try
        {
            var options = new ThrowawayOptions { Deadline = TimeSpan.FromSeconds(3) };
            var fault =
                Assert.ThrowsAsync<GateException>(() =>
                    ThrowawayServer.StartAsync(new ServerBinaries(programs.FullName, new Version(15, 1)), options, CancellationToken.None));

            Assert.That((fault!.Problem.Code.Id, fault.Problem.Cause), Is.EqualTo(("DBG0056", "LOG:  redo in progress")));
        }
        finally
        {
            programs.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Name_the_command_that_installs_a_missing_version()
    {
        await using var _ = await TestServer.StartLocalAsync();
        var problem = await ProblemOfAsync(new() { Major = 9 });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0051"));
        Assert.That($"{problem.Fix}", Does.Contain("install"));
    }

    static async Task<Problem> ProblemOfAsync(ThrowawayOptions options)
    {
        try
        {
            await using var server = await ThrowawayServer.StartAsync(options, CancellationToken.None);
        }
        catch (GateException e)
        {
            return e.Problem;
        }

        throw new AssertionException("The server started.");
    }

    static Task<string> AskAsync(ThrowawayServer server, string sql) => AskAsync(server.Url, sql);

    static async Task<string> AskAsync(PostgresUrl url, string sql)
    {
        await using var connection = await TestServer.ConnectAsync(url);
        await using var command = new NpgsqlCommand(sql, connection);
        return $"{await command.ExecuteScalarAsync()}";
    }
}
