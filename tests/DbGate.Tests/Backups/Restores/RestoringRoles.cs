using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using DbGate.Storage.Local;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Backups and restores by a role that is not a superuser, as on a managed host.</summary>
[TestFixture]
[Category("Postgres")]
public sealed class RestoringRoles
{
    ThrowawayServer server = null!;
    DirectoryInfo folder = null!;
    int databases;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await TestServer.StartLocalAsync();
        folder = Directory.CreateTempSubdirectory("dbgate-roles-");
        await ExecuteAsync(
            "postgres",
            """
            CREATE ROLE app LOGIN CREATEDB PASSWORD 'pw'; CREATE ROLE "o'wner"; CREATE ROLE reader; GRANT pg_read_all_data TO app;
            CREATE ROLE limited LOGIN PASSWORD 'pw'; GRANT app TO limited; COMMENT ON ROLE reader IS 'reads, it''s all'; ALTER ROLE app SET app.secret = 'hidden';
            """);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task That_lack_rights_are_told_at_the_backup_and_refused_before_loading()
    {
        var (url, backup) = await BackUpAsync(
            """
            CREATE EXTENSION pageinspect; CREATE TABLE theirs (id int); INSERT INTO theirs VALUES (1); ALTER TABLE theirs OWNER TO "o'wner";
            GRANT SELECT ON theirs TO reader; CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
            CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION f(); ALTER FUNCTION f() OWNER TO app; CREATE TABLE mine AS SELECT 2 AS id; ALTER TABLE mine OWNER TO app;
            """);

        var warning = backup.Problems.Single(problem => problem.Code.Id == "DBG0330");
        Assert.That((warning.Severity, warning.Message), Is.EqualTo((
            Severity.Warning,
            "Role app, which takes the backup, cannot restore it by itself: objects belong to o'wner, postgres, and it is not a member of "
                + "these roles; "
            + "extension pageinspect needs a superuser; only a superuser may create event trigger audit")));
        Assert.That(
            warning.Fix!.Commands.OfType<ProgramCommand>().Select(command => command.Arguments[^1].Text),
            Is.EqualTo(["GRANT \"o'wner\" TO \"app\"", "CREATE EXTENSION \"pageinspect\""]));
        Assert.That(
            warning.Fix!.ToString(),
            Does.EndWith("--into=<name> --prepared; ./build.sh --target=restore --omit=owners,extension:pageinspect,event-triggers"));

        Assert.That(
            () => RestoreAsync(url, backup),
            Failure.From("DBG0722", problem => problem.Message.Contains("objects belong to o'wner, postgres", StringComparison.Ordinal)));
        Assert.That(
            () => RestoreAsync(url, backup, new() { OmitsOwners = true }),
            Failure.From(
                "DBG0722",
                problem =>
                    problem.Message.Contains(
                        "extension pageinspect needs a superuser; only a superuser may create event trigger audit",
                        StringComparison.Ordinal)));
        Assert.That(await ScalarAsync<long>("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'copy%'"), Is.Zero);

        var tested = await RestoreTest.RunAsync(new() { Backup = Choice(backup) }, null, CancellationToken.None);
        Assert.That((tested.Passed, tested.LoadedAs), Is.EqualTo((true, "a superuser of the throwaway server")));
        Assert.That(tested.Report.Problems.Select(problem => problem.Code.Id), Has.Member("DBG0330"));

        var restored =
            await RestoreAsync(url, backup, new() { OmitsOwners = true, OmitsEventTriggers = true, Extensions = ["pageinspect"] });
        Assert.That(restored.Comparison?.Problems, Is.Empty);
        Assert.That(restored.NotChecked, Has.Some.Contains("extension pageinspect is left out"));
        Assert.That(restored.Findings.Select(problem => problem.Message), Has.Some.Contains("owners are left out"));
        Assert.That(
            await ScalarAsync<string>(
                restored.Database,
                "SELECT string_agg(tablename || ' ' || tableowner, ',' ORDER BY 1) FROM pg_tables WHERE schemaname = 'public'"),
            Is.EqualTo("mine app,theirs app"));
        await ExecuteAsync("postgres", $"DROP DATABASE {restored.Database}");
    }

    /// <summary>A dump has them, and they name functions that only the extension makes.</summary>
    [Test]
    public async Task Leave_out_an_extension_with_the_privileges_on_its_objects()
    {
        var (url, backup) = await BackUpAsync(
            """
            CREATE EXTENSION pageinspect; CREATE SCHEMA x; CREATE EXTENSION hstore SCHEMA x;
            GRANT EXECUTE ON FUNCTION page_header(bytea) TO reader; REVOKE EXECUTE ON FUNCTION x.akeys(x.hstore) FROM PUBLIC;
            GRANT USAGE ON TYPE x.hstore TO reader; CREATE EXTENSION pg_stat_statements; GRANT SELECT ON pg_stat_statements TO reader;
            CREATE TABLE mine AS SELECT 2 AS id; GRANT SELECT ON mine TO reader; CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1';
            REVOKE EXECUTE ON FUNCTION own() FROM PUBLIC;
            """);

        var restored = await RestoreAsync(
            server.Url.WithDatabase(url.Database), backup, new() { Extensions = ["pageinspect", "hstore", "pg_stat_statements"] });

        Assert.That(restored.NotChecked, Has.Some.Contains("extension hstore is left out").And.Contains("privileges on its objects"));
        Assert.That(
            await ScalarAsync<string>(
                restored.Database,
                """
                SELECT concat_ws(' ', (SELECT string_agg(extname, ',') FROM pg_extension), has_table_privilege('reader', 'mine', 'SELECT'),
                  has_function_privilege('reader', 'own()', 'EXECUTE'))
                """),
            Is.EqualTo("plpgsql t f"));
        await ExecuteAsync("postgres", $"DROP DATABASE {restored.Database}");
    }

    [Test]
    public async Task Fill_a_prepared_database_with_other_owners()
    {
        var (url, backup) =
            await BackUpAsync(
                "CREATE EXTENSION pageinspect; CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); ALTER TABLE t OWNER TO "
                    + "\"o'wner\"; GRANT SELECT ON t TO reader");
        var limited = url with { User = "limited" };
        var changes = new RestoreChanges { Roles = new Dictionary<string, string> { ["o'wner"] = "app" } };

        Assert.That(
            () => RestoreAsync(limited, backup, changes),
            Failure.From("DBG0722", problem => problem.Message.Contains("may not create a database", StringComparison.Ordinal)));
        Assert.That(
            () => RestoreAsync(limited, backup, changes, prepared: "ready"),
            Failure.From("DBG0723", problem => problem.Message.Contains("does not exist", StringComparison.Ordinal)));
        await ExecuteAsync("postgres", "CREATE DATABASE ready OWNER limited TEMPLATE template0");
        await ExecuteAsync("ready", "CREATE EXTENSION pageinspect; GRANT CREATE ON SCHEMA public TO app");

        var restored = await RestoreAsync(limited, backup, changes, prepared: "ready");

        Assert.That((restored.Database, restored.Comparison?.Holds), Is.EqualTo(("ready", true)));
        Assert.That(
            await ScalarAsync<string>(
                "ready", "SELECT tableowner || ' ' || has_table_privilege('reader', 't', 'SELECT') FROM pg_tables WHERE tablename = 't'"),
                Is.EqualTo("app true"));
        Assert.That(
            () => RestoreAsync(limited, backup, changes, prepared: "ready"),
            Failure.From("DBG0723", problem => problem.Message.Contains("objects", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Load_a_restore_test_with_their_own_rights()
    {
        var (_, backup) =
            await BackUpAsync(
                "CREATE EXTENSION hstore; CREATE TABLE t (id int PRIMARY KEY, h hstore); INSERT INTO t VALUES (1, 'a=>1'); ALTER TABLE t "
                    + "OWNER TO app");

        var tested = await RestoreTest.RunAsync(new() { Backup = Choice(backup) }, null, CancellationToken.None);

        Assert.That(tested.Report.Problems, Is.Empty);
        Assert.That(tested.LoadedAs, Is.EqualTo("app, with the rights that it has in the source"));
    }

    [Test]
    public async Task Fail_a_restore_test_that_only_a_superuser_passes()
    {
        await ExecuteAsync("postgres", "CREATE ROLE homeless; GRANT homeless TO app");
        var (_, backup) = await BackUpAsync("CREATE TABLE t (id int); ALTER TABLE t OWNER TO homeless");

        // The owner of a table needs CREATE on its schema, and the owner of a database cannot give it away without saying so in the dump.
        Assert.That(
            () => RestoreTest.RunAsync(new() { Backup = Choice(backup) }, null, CancellationToken.None),
            Failure.From(
                "DBG0720",
                problem =>
                    problem.Message.EndsWith(
                        "It was loaded as app, with the rights that it has in the source.", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Are_created_from_the_file_next_to_the_archive()
    {
        var (_, backup) = await BackUpAsync("CREATE TABLE t (id int)");
        var file = backup.Manifest.RolesFile!;
        var path = Path.Combine(folder.FullName, file.Key);
        var bytes = await File.ReadAllBytesAsync(path);
        Assert.That(RolesFile.From(backup.Key, bytes), Is.EqualTo(file));
        Assert.That(System.Text.Encoding.UTF8.GetString(bytes), Does.Not.Contain("hidden").And.Not.Contain("SCRAM"));

        await using var empty = await TestServer.StartLocalAsync();
        await using var environment = await LibpqEnvironment.CreateAsync(empty.Url, CancellationToken.None);
        var psql = await ClientTools.FindAsync("psql", empty.Binaries.Version.Major, CancellationToken.None);
        for (var time = 0; time < 2; time++)
        {
            (await Shell.RunAsync(
                psql.Path, ["-X", "-v", "ON_ERROR_STOP=1", "-f", path], environment: environment.Variables.ToDictionary())).Succeeded();
        }

        await using var session = await Session.OpenAsync(empty.Url, null, CancellationToken.None);
        Assert.That(
            await session.ScalarAsync<string>(
                """
                SELECT concat_ws(' ', (SELECT rolcanlogin AND rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = 'app'), pg_has_role('limited', 'app', 'MEMBER'),
                  pg_has_role('app', 'pg_read_all_data', 'MEMBER'), (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'reader'))
                """,
                CancellationToken.None),
            Is.EqualTo("t t t reads, it's all"));
    }

    [Test]
    public async Task Of_a_backup_are_all_that_the_dump_names_and_none_of_an_extension()
    {
        var (_, backup) = await BackUpAsync(
            """
            CREATE EXTENSION hstore; CREATE TABLE t (id int); ALTER TABLE t OWNER TO app; ALTER TABLE t ENABLE ROW LEVEL SECURITY;
            CREATE POLICY p ON t TO reader USING (true); ALTER TABLE t DISABLE ROW LEVEL SECURITY; ALTER DEFAULT PRIVILEGES FOR ROLE "o'wner" GRANT SELECT ON TABLES TO limited;
            """);

        Assert.That(backup.Manifest.Roles, Is.EqualTo(["app", "limited", "o'wner", "reader"]));
        Assert.That(backup.Manifest.Needs!.Owners, Is.EqualTo(["app", "o'wner"]));
    }

    async Task<(PostgresUrl Url, BackupOutcome Backup)> BackUpAsync(string sql)
    {
        var name = $"m{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} OWNER app TEMPLATE template0");
        await ExecuteAsync(name, sql);
        var url = server.Url.WithDatabase(name) with { User = "app", Password = "pw" };
        return (url,
            await Backup.TakeAsync(
                new() { Url = url, Environment = "staging", Stores = [new LocalStore(folder.FullName)] }, null, CancellationToken.None));
    }

    BackupChoice Choice(BackupOutcome backup) => new(new LocalStore(folder.FullName), "staging") { Key = backup.Key };

    Task<RestoreOutcome> RestoreAsync(
        PostgresUrl url, BackupOutcome backup, RestoreChanges? changes = null, string? prepared = null) => Restore.RunAsync(
        new()
        {
            Backup = Choice(backup),
            Url = url,
            IsProduction = false,
            Into = prepared ?? $"copy{Interlocked.Increment(ref databases)}",
            IsPrepared = prepared is not null,
            Changes = changes ?? RestoreChanges.None,
        },
        null,
        CancellationToken.None);

    async Task ExecuteAsync(string database, string sql)
    {
        await using var session = await Session.OpenAsync(server.Url.WithDatabase(database), null, CancellationToken.None);
        await session.ExecuteScriptAsync(sql, CancellationToken.None);
    }

    async Task<T?> ScalarAsync<T>(string database, string sql)
    {
        await using var session = await Session.OpenAsync(server.Url.WithDatabase(database), null, CancellationToken.None);
        return await session.ScalarAsync<T>(sql, CancellationToken.None);
    }
}
