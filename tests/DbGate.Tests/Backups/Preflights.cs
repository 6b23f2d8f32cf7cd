using System.Globalization;
using DbGate.Backups;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Backups;

/// <summary>What would make a backup incomplete is seen before it begins.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Preflights
{
    const string Table = "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2);";

    [Test]
    public async Task See_rows_hidden_by_row_security()
    {
        await using var trial =
            await BackupTrial.StartAsync($"{Table} ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (id = 1);");
        await using var reader = await Role.CreateAsync(trial, "GRANT pg_read_all_data TO {0}");

        var problem = await BlockedAsync(trial.Request with { Url = reader.Url });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0301"));
        Assert.That(problem.Message, Does.Contain("t").And.Contain(reader.Name));
        Assert.That($"{problem.Fix}", Does.Contain("BYPASSRLS"));
    }

    [Test]
    public async Task See_what_the_role_may_not_read()
    {
        await using var trial =
            await BackupTrial.StartAsync($"{Table} CREATE SEQUENCE s; CREATE SCHEMA closed; CREATE TABLE closed.t2 (id int);");
        await using var reader = await Role.CreateAsync(trial, "GRANT SELECT ON t TO {0}");

        var problem = await BlockedAsync(trial.Request with { Url = reader.Url });

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0302", ExitCode.Blocked)));
        Assert.That(problem.Message, Does.Contain("closed.t2").And.Contain(" s"));
    }

    [Test]
    public async Task See_large_objects_that_the_role_may_not_read()
    {
        await using var trial = await BackupTrial.StartAsync($"{Table} SELECT lo_from_bytea(0, 'x');");
        await using var reader = await Role.CreateAsync(trial, "GRANT pg_read_all_data TO {0}");

        Assert.That((await BlockedAsync(trial.Request with { Url = reader.Url })).Code.Id, Is.EqualTo("DBG0303"));
    }

    [Test]
    public async Task Let_a_role_pass_that_may_only_read()
    {
        await using var trial =
            await BackupTrial.StartAsync($"{Table} CREATE SEQUENCE s; CREATE SCHEMA closed; CREATE TABLE closed.t2 (id int);");
        await using var reader = await Role.CreateAsync(trial, "GRANT pg_read_all_data TO {0}");

        var backup = await Backup.TakeAsync(trial.Request with { Url = reader.Url }, null, CancellationToken.None);

        Assert.That(backup.Manifest.Tables.Sum(table => table.Rows), Is.EqualTo(2));
    }

    [Test]
    public async Task See_a_pooler_by_its_address()
    {
        await using var trial = await BackupTrial.StartAsync(Table);

        var problem = await BlockedAsync(trial.Request with { Url = trial.Source.Url.WithParameter("pgbouncer", "true") });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0304"));
        Assert.That($"{problem.Fix}", Does.Contain("DIRECT_URL"));
    }

    [Test]
    [Category("PgBouncer")]
    public async Task See_a_pooler_that_pretends_to_be_the_server()
    {
        await using var trial = await BackupTrial.StartAsync(Table);
        await using var bouncer = await PgBouncer.StartAsync((await TestServer.SharedAsync()).Url);

        var problem = await BlockedAsync(trial.Request with { Url = bouncer.Url.WithDatabase(trial.Source.Name) });

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0304", ExitCode.Blocked)));
    }

    [TestCase(-120, "ahead of")]
    [TestCase(120, "behind")]
    public async Task Note_clocks_that_differ(int seconds, string how)
    {
        await using var trial = await BackupTrial.StartAsync(Table);

        var backup =
            await Backup.TakeAsync(trial.Request with { Clock = new Off(TimeSpan.FromSeconds(seconds)) }, null, CancellationToken.None);

        var findings = backup.Manifest.Findings.Where(finding => finding.Code == "DBG0319").Select(finding => finding.Message).ToArray();
        Assert.That(findings, Has.Length.EqualTo(2), "the server's and the store's");
        Assert.That(findings, Has.All.Contains(how));
        Assert.That(await new BackupCatalog(trial.Store)
            .AgeAsync((await new BackupCatalog(trial.Store).ListAsync(null, null, CancellationToken.None))[0], CancellationToken.None),
            Is.LessThan(TimeSpan.FromSeconds(100)), "the store's clock counts");
    }

    [Test]
    public async Task Note_collations_that_another_system_ordered()
    {
        await using var trial = await BackupTrial.StartAsync(
            "CREATE COLLATION sorted (provider = icu, locale = 'de'); CREATE TABLE t (t text COLLATE sorted); UPDATE pg_collation SET "
                + "collversion = '0.1' WHERE collname = 'sorted'");

        Assert.That(
            (await trial.TakeAsync()).Manifest.Findings.Single(finding => finding.Code == "DBG0310").Message,
            Does.Contain("sorted: 0.1, now "));
    }

    [Test]
    public async Task Let_pass_and_declare_what_no_dump_of_a_database_holds()
    {
        await using var trial = await BackupTrial.StartAsync(
            $"{Table} CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER away FOREIGN DATA WRAPPER elsewhere; CREATE FOREIGN TABLE far "
                + "(id int) SERVER away");
        await using var reader = await Role.CreateAsync(trial, "GRANT SELECT ON t TO {0}");
        await trial.Source.ExecuteAsync($"ALTER DATABASE {trial.Source.Name} SET my.secret = 'nobody may see this'");

        var manifest = (await trial.TakeAsync()).Manifest;

        Assert.That(manifest.NotIncluded.Single(omission => omission.Kind == "foreign-table-rows").Names, Is.EqualTo(["public.far"]));
        Assert.That(manifest.NotIncluded.Single(omission => omission.Kind == "database-settings").Names, Is.EqualTo(["my.secret"]));
        Assert.That(manifest.Roles, Does.Contain(reader.Name));
    }

    [Test]
    public async Task See_that_it_is_another_database_than_before()
    {
        await using var trial = await BackupTrial.StartAsync(Table);
        await using var other = await BackupTrial.StartAsync(Table);
        var last = (await other.TakeAsync()).Manifest;

        Assert.That((await BlockedAsync(trial.Request with { Last = last })).Code.Id, Is.EqualTo("DBG0305"));
        await Backup.TakeAsync(trial.Request with { Last = last, AcceptNewDatabase = true }, null, CancellationToken.None);
    }

    [Test]
    public async Task See_that_all_tables_are_gone()
    {
        await using var trial = await BackupTrial.StartAsync(Table);
        var last = (await trial.TakeAsync()).Manifest;
        await trial.Source.ExecuteAsync("DROP TABLE t");

        Assert.That((await BlockedAsync(trial.Request with { Last = last })).Code.Id, Is.EqualTo("DBG0306"));
    }

    [Test]
    public async Task Let_a_database_pass_that_was_never_migrated_and_note_it()
    {
        await using var trial = await BackupTrial.StartAsync();

        var backup = await trial.TakeAsync();

        Assert.That(backup.Manifest.Findings.Select(finding => finding.Code), Does.Contain("DBG0306"));
        await trial.RestoreAsync(backup);
    }

    [Test]
    public async Task Note_what_shrank_since_the_last_backup()
    {
        await using var trial =
            await BackupTrial.StartAsync(
                $"{Table} CREATE TABLE gone (id int); CREATE TABLE half (id int); INSERT INTO half SELECT generate_series(1, 3000);");
        var last = (await trial.TakeAsync()).Manifest;
        await trial.Source.ExecuteAsync("DROP TABLE gone; TRUNCATE t; DELETE FROM half WHERE id > 1000");

        var findings = (await Backup.TakeAsync(trial.Request with { Last = last }, null, CancellationToken.None)).Manifest.Findings;

        Assert.That(findings.Single(finding => finding.Code == "DBG0308").Message,
            Does.Contain("public.gone is gone").And.Contain("public.t lost all of its 2 rows").And.Contain(
                "public.half went from 3000 rows to 1000"));
    }

    [Test]
    public async Task Note_foreign_keys_that_were_never_checked()
    {
        await using var trial = await BackupTrial.StartAsync(
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int); INSERT INTO b VALUES (9); ALTER TABLE b ADD CONSTRAINT unchecked "
                + "FOREIGN KEY (a) REFERENCES a NOT VALID;");

        Assert.That(
            (await trial.TakeAsync()).Manifest.Findings.Single(finding => finding.Code == "DBG0309").Message, Does.Contain("unchecked"));
    }

    [Test]
    public async Task Name_every_obstacle_at_once()
    {
        await using var trial =
            await BackupTrial.StartAsync($"{Table} ALTER TABLE t ENABLE ROW LEVEL SECURITY; SELECT lo_from_bytea(0, 'x');");
        await using var reader = await Role.CreateAsync(trial, "GRANT pg_read_all_data TO {0}");

        var problem = await BlockedAsync(trial.Request with { Url = reader.Url });

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0301"));
        Assert.That(problem.Cause, Does.Contain("DBG0303"));
    }

    [Test]
    public async Task See_a_standby()
    {
        await using var primary = await TestServer.StartLocalAsync();
        await using var replica = await Replica.StartAsync(primary);
        await using var source = await TestDatabase.CreateAsync(primary.Url);
        await source.ExecuteAsync(Table);
        await replica.CatchUpAsync(primary);
        await using var trial = BackupTrial.From(source);
        var request = trial.Request with { Url = replica.Url.WithDatabase(source.Name) };

        Assert.That((await BlockedAsync(request)).Code.Id, Is.EqualTo("DBG0307"));
        var allowed = await Backup.TakeAsync(request with { Options = new() { AllowStandby = true } }, null, CancellationToken.None);
        Assert.That((allowed.Manifest.Source.InRecovery, allowed.Manifest.Tables.Single().Rows), Is.EqualTo((true, 2)));

        await source.ExecuteAsync("CREATE UNLOGGED TABLE u (id int)");
        await replica.CatchUpAsync(primary);
        Assert.That(
            (await BlockedAsync(request with { Options = new() { AllowStandby = true } })).Message, Does.Contain("u cannot be read"));
    }

    sealed class Off(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    static Task<Problem> BlockedAsync(BackupRequest request) =>
        Task.FromResult(Assert.ThrowsAsync<GateException>(() => Backup.TakeAsync(request, null, CancellationToken.None))!.Problem);

    sealed class Role(BackupTrial trial, string name) : IAsyncDisposable
    {
        const string Password = "it's \"a\\ p@ss:word";
        static int count;

        public string Name => name;

        public PostgresUrl Url => PostgresUrl.Parse(
            $"postgresql://{name}:{Uri.EscapeDataString(Password)}@{trial.Source.Url.Host}:{trial.Source.Url.Port}/{trial.Source.Name}",
            "test");

        public static async Task<Role> CreateAsync(BackupTrial trial, string grant)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"reader_{Environment.ProcessId}_{Interlocked.Increment(ref count)}");
            await trial.Source.ExecuteAsync(
                $"CREATE ROLE {name} LOGIN PASSWORD {Sql.Literal(Password)}; {string.Format(CultureInfo.InvariantCulture, grant, name)};");
            return new(trial, name);
        }

        public async ValueTask DisposeAsync() => await trial.Source.ExecuteAsync($"DROP OWNED BY {name}; DROP ROLE {name}");
    }
}
