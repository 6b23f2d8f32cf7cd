using System.Net;
using System.Net.Sockets;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Postgres;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Sessions
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task Query_with_parameters_and_give_null_for_NULL()
    {
        await using var session = await OpenAsync();

        var rows =
            await session.QueryAsync(
                "SELECT $1::int + n, $2::text FROM generate_series(1, 3) n", row => (row.GetInt32(0), row.Optional<string>(1)), None, 40,
                null);

        Assert.That(rows, Is.EqualTo(new[] { (41, (string?)null), (42, null), (43, null) }));
        Assert.That(await session.ScalarAsync<string>("SELECT NULL::text", None), Is.Null);
        Assert.That(await session.ScalarAsync<long>("SELECT 7", None), Is.EqualTo(7));
        Assert.That(await session.ScalarAsync<string>("SELECT 'x' WHERE false", None), Is.Null);
        Assert.That(await session.ScalarAsync<string>("SELECT array_to_string($1, '-')", None, new[] { "a", "b" }), Is.EqualTo("a-b"));
        Assert.That(await session.ScalarAsync<long>("SELECT sum(x) FROM unnest($1::int[]) x", None, new[] { 1, 2, 3 }), Is.EqualTo(6));
    }

    [Test]
    public async Task Say_who_they_are()
    {
        await using var session = await OpenAsync();

        Assert.That(await session.ScalarAsync<string>("SELECT current_setting('application_name')", None), Is.EqualTo("dbgate"));
        Assert.That(await session.ScalarAsync<int>("SELECT pg_backend_pid()", None), Is.EqualTo(session.BackendPid));
        Assert.That(
            await session.ScalarAsync<int>("SELECT current_setting('server_version_num')::int", None), Is.EqualTo(session.ServerVersion));
    }

    [Test]
    public async Task Apply_their_settings_and_pass_notices_on()
    {
        var notices = new List<string>();
        await using var session = await OpenAsync(new SessionOptions
        {
            Settings = new Dictionary<string, string> { ["lock_timeout"] = "1234ms", ["search_path"] = "\"od\"\"d; x\"" },
            OnNotice = (severity, text) => notices.Add($"{severity}: {text}"),
        });
        await session.ExecuteScriptAsync("DO $$ BEGIN RAISE WARNING 'mind; the gap'; END $$", None);

        Assert.That(await session.ScalarAsync<string>("SELECT current_setting('lock_timeout')", None), Is.EqualTo("1234ms"));
        Assert.That(await session.ScalarAsync<string>("SELECT current_setting('search_path')", None), Is.EqualTo("\"od\"\"d; x\""));
        Assert.That(notices, Is.EqualTo(new[] { "WARNING: mind; the gap" }));
    }

    [Test]
    public async Task Report_what_the_server_says_about_an_error()
    {
        await using var session = await OpenAsync();

        var fault = Assert.ThrowsAsync<PostgresFault>(() => session.ExecuteAsync("SELECT nonsense", None));

        Assert.That((fault!.SqlState, fault.Position, fault.Severity), Is.EqualTo(("42703", (int?)8, "ERROR")));
        Assert.That(fault.MessageText, Does.Contain("nonsense"));
        Assert.That(await session.ScalarAsync<int>("SELECT 1", None), Is.EqualTo(1), "the session goes on");
    }

    [Test]
    public async Task Run_a_script_as_one_transaction()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var session = await Session.OpenAsync(database.Url, null, None);

        Assert.ThrowsAsync<PostgresFault>(() =>
            session.ExecuteScriptAsync("CREATE TABLE a (b int); INSERT INTO a VALUES (1); SELECT 1/0; CREATE TABLE c ()", None));

        Assert.That(await session.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'c')", None), Is.Zero);
    }

    [Test]
    public async Task Run_a_single_statement_outside_of_any_transaction()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var session = await Session.OpenAsync(database.Url, null, None);
        await session.ExecuteScriptAsync("CREATE TABLE a (b int)", None);

        Assert.That(() => session.ExecuteScriptAsync("CREATE INDEX CONCURRENTLY ab ON a (b)", None), Throws.Nothing);
    }

    [Test]
    public async Task Treat_odd_names_and_texts_as_data()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var session = await Session.OpenAsync(database.Url, null, None);
        const string Odd = "Robert\"; DROP TABLE x; -- Ünïcode [x] \\ ' $1";
        await session.ExecuteScriptAsync(
            $"CREATE TABLE {Sql.Identifier(Odd)} (t text DEFAULT {Sql.Literal(Odd)}); INSERT INTO {Sql.Identifier("public", Odd)} DEFAULT "
                + "VALUES", None);

        Assert.That(await session.ScalarAsync<string>($"SELECT t FROM {Sql.Identifier(Odd)}", None), Is.EqualTo(Odd));
        Assert.That(await session.ScalarAsync<string>("SELECT relname::text FROM pg_class WHERE relname = $1", None, Odd), Is.EqualTo(Odd));
    }

    [Test]
    public async Task Reach_a_database_and_a_role_with_odd_names_and_an_odd_password()
    {
        const string Odd = "ôd d:%/?#@\\'\"";
        var server = await TestServer.SharedAsync();
        await using var role = await TestRole.CreateAsync(Odd, Odd);
        await using var admin = await OpenAsync();
        await admin.ExecuteAsync($"CREATE DATABASE {role.Quoted} TEMPLATE template0", None);
        await using var dropping = new Dropping(() => admin.ExecuteAsync($"DROP DATABASE {role.Quoted} WITH (FORCE)", None));
        var url = PostgresUrl.Parse(
            $"postgresql://{Uri.EscapeDataString(role.Name)}:{Uri.EscapeDataString(Odd)}@{server.Url.Host}:{server.Url.Port}/"
                + $"{Uri.EscapeDataString(role.Name)}", "TEST");
        await using var session = await Session.OpenAsync(url, null, None);

        Assert.That(
            await session.ScalarAsync<string>("SELECT current_user || current_database()", None), Is.EqualTo(role.Name + role.Name));
    }

    [Test]
    public async Task Go_through_a_Unix_socket()
    {
        var server =
            (await TestServer.SharedAsync()).Local
                ?? throw Counterpart.Missing("No server on this machine", "sudo apt-get install postgresql");
        var url = server.Url with { Host = server.Folder };
        await using var session = await Session.OpenAsync(url, null, None);

        Assert.That(await session.ScalarAsync<string>("SELECT inet_client_addr()::text", None), Is.Null);
        Assert.That(PostgresUrl.Parse(url.Reveal(), "TEST"), Is.EqualTo(url));
    }

    [Test]
    public async Task Are_refused_with_a_wrong_password()
    {
        var url = (await TestServer.SharedAsync()).Url with { Password = "Geheimnis-9" };

        var problem = Refusal(url);

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0028", ExitCode.Credentials)));
    }

    [Test]
    public async Task Are_refused_without_a_password()
    {
        var url = (await TestServer.SharedAsync()).Url with { Password = null };

        Assert.That(Refusal(url).Code.Id, Is.EqualTo("DBG0028"));
    }

    [Test]
    public async Task Are_refused_for_a_user_that_does_not_exist()
    {
        var url = (await TestServer.SharedAsync()).Url with { User = "nobody here" };

        Assert.That(Refusal(url).Code.Id, Is.EqualTo("DBG0028"));
    }

    [Test]
    public async Task Block_where_the_database_is_absent_and_say_that_Prisma_would_create_it()
    {
        var problem = Refusal((await TestServer.SharedAsync()).Url.WithDatabase("absent"));

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0031", ExitCode.Blocked)));
        Assert.That(problem.Cause, Does.Contain("prisma migrate deploy").And.Contain("create it silently"));
    }

    [Test]
    public void Need_a_host_that_exists() => Assert.That(Refusal(Url("does-not-exist.invalid", 5432)).Code.Id, Is.EqualTo("DBG0029"));

    [Test]
    public void Need_a_server_that_listens() => Assert.That(Refusal(Url("127.0.0.1", LoopbackPorts.Free())).Code.Id, Is.EqualTo("DBG0029"));

    [Test]
    public void Need_a_socket_that_exists() => Assert.That(Refusal(Url("/nowhere", 5432)).Code.Id, Is.EqualTo("DBG0029"));

    [Test]
    public void Need_an_answer_in_time()
    {
        // It accepts the connection and never states a word.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var problem =
            Refusal(
                Url("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port), new SessionOptions { ConnectTimeout = TimeSpan.FromSeconds(1) });

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0030", ExitCode.Environment)));
    }

    [Test]
    public async Task Need_a_connection_that_is_left()
    {
        await using var role = await TestRole.CreateAsync("pw");
        await using var admin = await OpenAsync();
        await admin.ExecuteAsync($"ALTER ROLE {role.Quoted} CONNECTION LIMIT 1", None);
        var url = admin.Url with { User = role.Name, Password = "pw" };
        await using var first = await Session.OpenAsync(url, null, None);

        Assert.That(Refusal(url).Code.Id, Is.EqualTo("DBG0032"));
    }

    [Test]
    public async Task Tell_that_the_connection_broke()
    {
        await using var session = await OpenAsync();
        await using var admin = await OpenAsync();
        await admin.ScalarAsync<bool>("SELECT pg_terminate_backend($1, 60000)", None, session.BackendPid);

        Assert.That(
            async () => await session.ScalarAsync<int>("SELECT 1", None),
            Throws.InstanceOf<GateException>().With.Property("Problem").With.Property("Code").EqualTo(PostgresProblems.LostConnection));
        Assert.That(session.IsOpen, Is.False);
    }

    [Test]
    public async Task End_a_statement_that_takes_too_long()
    {
        await using var session = await OpenAsync(new SessionOptions { CommandTimeout = TimeSpan.FromSeconds(1) });

        var refusal = Assert.ThrowsAsync<GateException>(() => session.ExecuteAsync("SELECT pg_sleep(600)", None));

        Assert.That(refusal!.Problem.Code, Is.EqualTo(PostgresProblems.CommandTimeout));
        Assert.That(refusal.Problem.Cause, Does.Contain("pg_sleep"));
    }

    /// <summary>
    /// A caller that stops waiting for a connection leaves none behind: it would count against max_connections until the process ends.
    /// </summary>
    [Test]
    public async Task Leave_no_connection_behind_when_opening_is_cancelled()
    {
        await using var watcher = await OpenAsync();
        var options =
            new SessionOptions { ApplicationName = "given up", Settings = new Dictionary<string, string> { ["lock_timeout"] = "1s" } };
        for (var microseconds = 0; microseconds < 20_000; microseconds += 100)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMicroseconds(microseconds));
            try
            {
                await using var opened = await Session.OpenAsync(watcher.Url, options, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await watcher.ScalarAsync<string>(
            "SELECT string_agg(state || ': ' || query, '; ') FROM pg_stat_activity WHERE application_name = 'given up'", None) is { } left)
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, left);
            await Task.Delay(30);
        }
    }

    [Test]
    public async Task Cancel_a_statement_on_the_server()
    {
        await using var session = await OpenAsync(new SessionOptions { CancelTimeout = TimeSpan.FromMinutes(1) });
        using var cancel = new CancellationTokenSource();
        await using var watcher = await OpenAsync();
        var sleeping = session.ExecuteAsync("SELECT pg_sleep(600)", cancel.Token);
        while (!await watcher.ScalarAsync<bool>(
            "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $1", None, session.BackendPid))
        {
            await Task.Yield();
        }

        await cancel.CancelAsync();

        Assert.That(async () => await sleeping, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await session.ScalarAsync<int>("SELECT 1", None), Is.EqualTo(1));
    }

    static PostgresUrl Url(string host, int port) =>
        PostgresUrl.Parse($"postgresql://app:Geheimnis-9@localhost:{port}/shop?host={Uri.EscapeDataString(host)}", "DATABASE_URL");

    static Problem Refusal(PostgresUrl url, SessionOptions? options = null)
    {
        var refusal = Assert.ThrowsAsync<GateException>(() => Session.OpenAsync(url, options, None))!;
        var problem = refusal.Problem;

        Assert.Multiple(() =>
        {
            Assert.That(problem.Cause, Is.Not.Empty);
            Assert.That(problem.State, Is.Not.Empty);
            Assert.That($"{problem.Fix}", Is.Not.Empty);
            Assert.That($"{refusal} {problem}", Does.Not.Contain(url.Password is { Length: > 8 } secret ? secret : "Geheimnis-9"));
        });
        return problem;
    }

    static async Task<Session> OpenAsync(SessionOptions? options = null) =>
        await Session.OpenAsync((await TestServer.SharedAsync()).Url, options, None);
}
