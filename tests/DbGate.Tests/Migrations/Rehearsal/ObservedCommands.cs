using System.Net;
using System.Net.Sockets;
using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Postgres;
using DbGate.Statements;
using DbGate.Tests.Migrations.Lint;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>A command on a scratch database, observed statement by statement.</summary>
[Parallelizable(ParallelScope.All)]
sealed class ObservedCommands : RehearsalFixture
{
    static IEnumerable<TestCaseData> Cases =>
        LintCase.All.Where(each => each.Number == 1 && !each.Sql.StartsWith('\uFEFF'))
            .Select(each => new TestCaseData(each).SetArgDisplayNames(each.ToString()));

    /// <summary>
    /// One text, as Prisma sends a file: locks, rewrites, objects, losses, effects and failure of both rehearsals are the same. Files with
    /// a byte-order mark are left out: DbGate's own engine does not send it.
    /// </summary>
    [TestCaseSource(nameof(Cases))]
    public async Task Agree_with_the_rehearsal_of_their_statements(object @case)
    {
        var lintCase = (LintCase)@case;
        await using var first = await TestDatabase.CreateAsync();
        await first.ExecuteAsync(lintCase.Setup);
        await using var second = await TestDatabase.CreateAsync(first);

        var sent = await RehearseAsync(first, Migration(lintCase.Sql, TransactionRule.WholeFile));
        var observed = await ObserveAsync(second, lintCase.Sql, (url, sql) => PsqlAsync(url, "-c", sql));

        Assert.That(Describe(observed.Report), Is.EqualTo(Describe(sent)));
    }

    [Test]
    public async Task Of_several_sessions_with_parameters_and_prepared_statements_are_measured_one_by_one()
    {
        await using var database = await NewDatabaseAsync();
        var observed = await ObserveAsync(database, "", async (url, _) =>
        {
            await using var one = await Session.OpenAsync(url, null, default);
            await using var other = await Session.OpenAsync(url, null, default);
            await one.ExecuteAsync("BEGIN", default);
            await one.ExecuteAsync("UPDATE users SET name = $1 WHERE id <= $2", default, "secret value", 7);
            await other.ExecuteAsync("ALTER TABLE notes ADD COLUMN more int DEFAULT 1", default);
            await one.ExecuteAsync("DELETE FROM posts WHERE \"userId\" <= $1", default, 7);
            await one.ExecuteAsync("ALTER TABLE users DROP COLUMN mail", default);
            await one.ExecuteAsync("COMMIT", default);
            return null;
        });

        var statements = observed.Report.Migrations.Single().Statements;
        Assert.That(
            statements.Where(statement => statement.Locks.Count > 0).Select(statement =>
                (statement.Sql.Split(' ')[0], statement.Locks.FirstOrDefault()?.Table, statement.IsSampled)),
            Is.EqualTo(
                new[] { ("UPDATE", "public.users", false), ("ALTER", "public.notes", false), ("DELETE", "public.posts", false),
                    ("ALTER", "public.users", false) }));
        Assert.That(
            observed.Report.Losses.Losses.Select(loss => loss.Acceptance),
            Does.Contain("ColumnDropped:public.users.mail=50").And.Contain("RowsDeleted:public.posts=7"));
        Assert.That(statements.Select(statement => statement.Sql), Has.None.Contains("secret value"));
        Assert.That((observed.Sessions, observed.NotChecked), Is.EqualTo((2, Array.Empty<string>())));
    }

    /// <summary>What cannot be wrapped is sampled; rows of COPY reach the server; what a block does counts.</summary>
    [Test]
    public async Task Of_every_kind_reach_the_server_as_they_are()
    {
        await using var database = await NewDatabaseAsync();
        const string Sql = """
            COPY notes (body) FROM stdin;
            three
            four
            \.
            CREATE INDEX CONCURRENTLY users_name ON users (name);
            DO $$ BEGIN DELETE FROM posts WHERE id > 45; END $$;
            CREATE PROCEDURE twice() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO notes (body) VALUES ('5'); COMMIT; INSERT INTO notes (body) VALUES ('6'); END $$;
            CALL twice();
            PREPARE p (int) AS UPDATE users SET score = 0 WHERE id = $1;
            EXECUTE p (1);
            VACUUM notes;
            SELECT count(*) FROM notes \g /dev/null
            """;
        var observed = await ObserveAsync(database, Sql, FileAsync);

        Assert.That(observed.Failure, Is.Null);
        Assert.That(
            observed.Report.Losses.Losses.Select(loss => loss.Acceptance), Does.Contain("RowsDeleted:public.posts=5"));
        await using var session = await Session.OpenAsync(database.Url, null, default);
        Assert.That(
            await session.ScalarAsync<string>(
                "SELECT format('%s %s %s', (SELECT count(*) FROM notes), (SELECT indisvalid FROM pg_index WHERE indexrelid = "
                    + "'users_name'::regclass), (SELECT score FROM users WHERE id = 1))", default),
            Is.EqualTo("6 t 0.00"));
        Assert.That(
            observed.Report.Migrations.Single().Statements.Where(statement => statement.IsSampled)
                .Select(statement => statement.Sql.Split(' ')[0]),
            Is.SupersetOf(new[] { "CREATE", "CALL", "VACUUM" }));
    }

    [Test]
    public async Task That_fail_midway_are_reported_at_their_statement_with_what_stays()
    {
        await using var database = await NewDatabaseAsync();
        var observed = await ObserveAsync(
            database,
            "ALTER TABLE users ADD COLUMN one int;\nALTER TABLE users ADD COLUMN two int;\nALTER TABLE posts\n  ADD CHECK (id < 10);\n",
            FileAsync);

        var failure = observed.Report.Failure!;
        Assert.That(
            (failure.SqlState, failure.Location.File, failure.Location.Line, failure.StatementsKept),
            Is.EqualTo(("23514", "m1.cs (as executed)", 3, 2)));
        Assert.That(observed.Failure, Does.Contain("exit code 3"));
    }

    /// <summary>The server is not in the command's network, so what runs on its machine would be outside of it.</summary>
    [Test]
    public async Task Do_not_reach_the_machine_of_the_server()
    {
        await using var database = await NewDatabaseAsync();
        var refusal = Assert.ThrowsAsync<DbGate.Problems.GateException>(() => ObserveAsync(
            database, "INSERT INTO notes (body) VALUES ('one');\nCOPY notes (body) FROM PROGRAM 'echo of a program';\n", FileAsync))!;

        Assert.That(refusal.Problem.Code.Id, Is.EqualTo("DBG0545"));
        await using var session = await Session.OpenAsync(database.Url, null, default);
        Assert.That(await session.ScalarAsync<long>("SELECT count(*) FROM notes WHERE body = 'of a program'", default), Is.Zero);
    }

    /// <summary>Texts that the server refuses are refused under observation, too.</summary>
    [TestCase("\uFEFFSELECT 1")]
    [TestCase("SELECT 1; SAVEPOINT a; SELECT 2")]
    public async Task That_the_server_refuses_fail(string sql)
    {
        await using var database = await NewDatabaseAsync();

        Assert.That((await ObserveAsync(database, sql, (url, text) => PsqlAsync(url, "-c", text))).Failure, Does.StartWith("exit code"));
    }

    /// <summary>The rows that a session wrote past the observer are compared all the same, and the report names the session.</summary>
    [Test]
    public async Task That_go_past_the_observer_are_noticed_and_their_losses_counted()
    {
        await using var database = await NewDatabaseAsync();
        var observed = await ObserveAsync(database, "", async (url, _) =>
        {
            await database.ExecuteAsync("ALTER TABLE users DROP COLUMN mail; DELETE FROM notes");
            return null;
        });

        Assert.That(observed.NotChecked, Has.Some.StartsWith("1 session"));
        Assert.That(
            observed.Report.Losses.Losses.Select(loss => loss.Acceptance),
            Is.EquivalentTo(new[] { "RowsDeleted:public.notes=2", "ColumnDropped:public.users.mail=50" }));
    }

    /// <summary>
    /// A migration that looks for its observer finds no prepared statement, no event trigger, and the settings of any session.
    /// </summary>
    [Test]
    public async Task See_nothing_of_the_observer_in_their_session()
    {
        await using var database = await NewDatabaseAsync();
        const string Look = """
            BEGIN;
            UPDATE notes SET body = format('%s|%s|%s|%s|%s|%s', (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_event_trigger),
              current_setting('log_statement'), current_setting('log_min_duration_statement'), current_setting('application_name'),
              (SELECT count(*) FROM pg_cursors));
            COMMIT;
            """;
        await ObserveAsync(database, Look, FileAsync);
        await using var session = await Session.OpenAsync(database.Url, null, default);
        var seen = await session.ScalarAsync<string>("SELECT min(body) FROM notes", default);
        await using var plain = await NewDatabaseAsync();
        await FileAsync(plain.Url, Look);
        await using var other = await Session.OpenAsync(plain.Url, null, default);

        Assert.That(seen, Is.EqualTo(await other.ScalarAsync<string>("SELECT min(body) FROM notes", default)));
    }

    /// <summary>
    /// With production's address in its code a command fails at the rehearsal instead of reaching it; or the report states that.
    /// </summary>
    [Test]
    [Platform("Linux")]
    public async Task Reach_no_port_of_this_machine_but_the_scratch_database()
    {
        using var production = new TcpListener(IPAddress.Loopback, 0);
        production.Start();
        var port = ((IPEndPoint)production.LocalEndpoint).Port;
        await using var database = await NewDatabaseAsync();
        string? refusal = null;
        var outcome = "";
        var observed = await ObserveAsync(
            database, "",
            async (url, _) =>
            {
                outcome = (await Shell.RunAsync("bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached"], "/")).Output;
                return null;
            },
            isIsolated: true, why => refusal = why);

        Assert.That(observed.Network, Is.EqualTo(refusal));
        Assert.That(outcome.Contains("reached", StringComparison.Ordinal), Is.EqualTo(refusal is not null));
    }

    static string Describe(RehearsalReport report) => string.Join('\n',
    [
        .. report.Migrations.SelectMany(migration => migration.Statements).Select(statement =>
            // What commits by itself is looked at from outside, a few times: a short lock may be missed.
            $"{statement.Sql.Trim()}: "
                + (statement.IsSampled ? "" : string.Join(", ", statement.Locks.Select(held => $"{held.Mode} {held.Table}"))) + " | "
                + $"{string.Join(", ", statement.Rewritten)} | {string.Join(", ", statement.Objects.Select(item => item.AsEffect()))}"),
        .. report.Losses.Losses.Select(loss => loss.InWords),
        .. report.Effects.Select(effect => effect.AsEffect()),
        $"{report.Failure?.SqlState} {report.Failure?.Message} {report.Failure?.Location.Line} {report.Failure?.StatementsKept}",
    ]);

    static async Task<ObservedReport> ObserveAsync(
        TestDatabase database, string sql, Func<PostgresUrl, string, Task<string?>> run, bool isIsolated = false,
        Action<string>? demand = null)
    {
        var options = SessionOptions.Default with { CommandTimeout = TimeSpan.FromMinutes(2) };
        await using var session = await Session.OpenAsync(database.Url, options, default);
        await using var observer = await Session.OpenAsync(database.Url, options, default);
        SqlScript? script = null;
        try
        {
            script = StatementSplitter.Split(sql, "m1/migration.sql");
        }
        catch (DbGate.Problems.GateException)
        {
            // It holds commands of psql's.
        }

        var rehearser = new ObservedRehearser(
            session, observer, token => Session.OpenAsync(database.Url, options, token), new RehearsalOptions(), TimeProvider.System);
        rehearser = isIsolated
            ? rehearser
            : new ObservedRehearser(
                session, observer, token => Session.OpenAsync(database.Url, options, token), new RehearsalOptions(), TimeProvider.System)
            {
                Network = () => Task.FromResult<(NetworkNamespace?, string?)>((null, "a test")),
            };
        return await rehearser.RunAsync(
            new ObservedCommand(
                [new ExpectedMigration("m1", "m1", "m1.cs", sql.Contains("posts\n", StringComparison.Ordinal) ? null : script)], [], false,
                demand ?? (_ => { }), (url, _) => run(url, sql)),
            database.Url, default);
    }

    static async Task<string?> FileAsync(PostgresUrl url, string sql)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, sql);
        return await PsqlAsync(url, "-f", file);
    }

    static async Task<string?> PsqlAsync(PostgresUrl url, string option, string text)
    {
        var server = await TestServer.SharedAsync();
        var psql = server.Local is { } local ? Path.Combine(local.Binaries.Folder, "psql") : "psql";
        var outcome = await Shell.RunAsync(psql, [url.Reveal(), "-X", "-q", "-v", "ON_ERROR_STOP=1", option, text], "/");
        return outcome.ExitCode == 0 ? null : $"exit code {outcome.ExitCode}";
    }
}
