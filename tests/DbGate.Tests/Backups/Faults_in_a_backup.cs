using DbGate.Backups;
using DbGate.Backups.Stores.Local;
using DbGate.Problems;

namespace DbGate.Tests.Backups;

/// <summary>Whatever goes wrong leaves no manifest, and so no backup; and the next run succeeds.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Faults_in_a_backup
{
    // About 13 MB of text that hardly compresses: more than pipes, sockets and the hold can take while the store stands still.
    const string Rows =
        "CREATE TABLE big (id int, t text); INSERT INTO big SELECT g, string_agg(md5(random()::text || g || i), '') FROM generate_series(1, 4000) g, generate_series(1, 100) i GROUP BY g;";

    TestDatabase rows = null!;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        rows = await TestDatabase.CreateAsync();
        await rows.ExecuteAsync(Rows);
    }

    [OneTimeTearDown]
    public async Task DropAsync() => await rows.DisposeAsync();

    static readonly DumpOptions Small = new() { HoldBytes = 64 * 1024, SliceBytes = 1 << 20 };

    [Test]
    public async Task A_backend_killed_in_the_middle_ends_it([Values] DumpReader reader)
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        var store = new GatedStore(trial.Store);
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small with { Reader = reader, SliceBytes = 1 << 30 } }, null, CancellationToken.None);
        await store.Reached;
        await Eventually.HoldsAsync(() => trial.Source.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active')"));

        var killed = await trial.Source.ScalarAsync<long>(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'");
        store.Open();

        var problem = Assert.ThrowsAsync<GateException>(async () => await running)!.Problem;
        Assert.That(killed, Is.GreaterThan(0));
        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0313", ExitCode.Environment)));
        Assert.That(problem.Cause, Does.Contain("terminating connection").Or.Contain("closed"));
        await NothingIsLeftAndItWorksAgain(trial);
    }

    [Test]
    public async Task The_coordinator_killed_in_the_middle_ends_it()
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        var store = new GatedStore(trial.Store);
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small }, null, CancellationToken.None);
        await store.Reached;

        await trial.Source.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dbgate backup'");
        store.Open();

        var problem = Assert.ThrowsAsync<GateException>(async () => await running)!.Problem;
        Assert.That(problem.Code.ExitCode, Is.EqualTo(ExitCode.Environment), problem.ToString());
        Assert.That((await BackupsAsync(trial)).Count, Is.Zero);
        await trial.TakeAsync();
    }

    [Test]
    public async Task Cancelling_ends_its_children_and_leaves_nothing()
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        var store = new GatedStore(trial.Store);
        using var cancel = new CancellationTokenSource();
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small }, null, cancel.Token);
        await store.Reached;

        await cancel.CancelAsync();

        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        await NothingIsLeftAndItWorksAgain(trial);
    }

    [Test]
    public async Task A_second_one_is_told_who_is_at_work()
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        var store = new GatedStore(trial.Store);
        var first = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small }, null, CancellationToken.None);
        await store.Reached;

        var problem = Assert.ThrowsAsync<GateException>(() => trial.TakeAsync())!.Problem;
        store.Open();
        await first;

        Assert.That((problem.Code.ExitCode, problem.Cause), Is.EqualTo((ExitCode.Locked, problem.Cause)));
        Assert.That(problem.ToString(), Does.Contain("dbgate backup"));
        Assert.That((await BackupsAsync(trial)).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_table_that_stays_locked_ends_it()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int)");
        await using var other = await trial.Source.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var command = other.CreateCommand();
        command.CommandText = "LOCK TABLE t IN ACCESS EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync();

        var problem = Assert.ThrowsAsync<GateException>(() => trial.TakeAsync(new() { LockTimeout = TimeSpan.FromMilliseconds(200) }))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0316", ExitCode.Environment)));
        Assert.That(problem.ToString(), Does.Contain("public.t stayed locked").And.Contain($"held by pid {other.ProcessID}, user ").And.Contain("idle in transaction"));
    }

    [Test]
    public async Task Tables_that_come_and_go_while_it_waits_for_locks_are_as_its_snapshot_has_them()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE a (id int); CREATE TABLE goes (id int)");
        await using var other = await trial.Source.ConnectAsync();
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync();

        var running = trial.TakeAsync();
        await Eventually.HoldsAsync(() => trial.Source.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"));
        command.CommandText = "DROP TABLE goes; CREATE TABLE comes AS SELECT 1 AS id; COMMIT";
        await command.ExecuteNonQueryAsync();
        var backup = await running;

        Assert.That(backup.Manifest.Tables.Select(table => (table.Name, table.Rows)), Is.EqualTo(new[] { ("a", 0L), ("comes", 1L) }));
        Assert.That(await BackupTrial.DumpAsync(await trial.RestoreAsync(backup)), Is.EqualTo(await BackupTrial.DumpAsync(trial.Source)));
    }

    [Test]
    public async Task What_is_written_meanwhile_is_not_in_it_and_no_table_is_altered_under_it([Values] DumpReader reader)
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        var store = new GatedStore(trial.Store);
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small with { Reader = reader } }, null, CancellationToken.None);
        await store.Reached;

        await trial.Source.ExecuteAsync("DELETE FROM big WHERE id % 2 = 0; UPDATE big SET t = 'changed' WHERE id = 1; INSERT INTO big VALUES (5000, 'new')");
        Assert.That(
            () => trial.Source.ExecuteAsync("SET lock_timeout = '50ms'; ALTER TABLE big ADD COLUMN late int"),
            Throws.InstanceOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("55P03"));
        store.Open();
        var restored = await trial.RestoreAsync(await running);

        Assert.That(
            await restored.ScalarAsync<string>("SELECT count(*) || ' ' || max(id) || ' ' || count(*) FILTER (WHERE t IN ('changed', 'new')) FROM big"), Is.EqualTo("4000 4000 0"));
    }

    [Test]
    public async Task A_server_that_falls_silent_ends_it()
    {
        if ((await TestServer.SharedAsync()).Local is null)
        {
            Assert.Ignore("The server's processes are another machine's.");
        }

        await using var trial = await BackupTrial.CopyAsync(rows);
        var store = new GatedStore(trial.Store);
        var options = Small with { SilenceLimit = TimeSpan.FromSeconds(1), SliceBytes = 1 << 30 };
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = options }, null, CancellationToken.None);
        await store.Reached;
        const string Copying = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'";
        await Eventually.HoldsAsync(() => trial.Source.ScalarAsync<bool>($"SELECT EXISTS (SELECT {Copying})"));
        var pid = (await trial.Source.ScalarAsync<int>($"SELECT pid {Copying}")).ToString(System.Globalization.CultureInfo.InvariantCulture);
        (await Shell.RunAsync("kill", ["-STOP", pid])).Succeeded();
        store.Open();

        try
        {
            var problem = Assert.ThrowsAsync<GateException>(async () => await running)!.Problem;
            Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0317", ExitCode.Environment)), problem.ToString());
        }
        finally
        {
            (await Shell.RunAsync("kill", ["-CONT", pid])).Succeeded();
        }

        await NothingIsLeftAndItWorksAgain(trial);
    }

    // The exit code of the pipe is the last program's: 0, whatever happened to the dump.
    [TestCase("psql", "| sed -u '/^7$/d'", "DBG0315")]
    [TestCase("pg_dump", "| head -c 300", "DBG0313")]
    [TestCase("pg_dump", "; exit 1", "DBG0313")]
    public async Task A_client_that_loses_rows_or_is_cut_ends_it(string program, string loss, string code)
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 10000)");
        await using var session = await DbGate.Postgres.Session.OpenAsync(trial.Source.Url, null, CancellationToken.None);
        var real = await DbGate.Postgres.ClientTools.FindAsync(program, session.ServerMajor, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("dbgate-client-");
        var wrapper = Path.Combine(folder.FullName, program);
        await File.WriteAllTextAsync(wrapper, $"#!/bin/sh\n[ \"$1\" = --version ] && exec '{real.Path}' --version\n'{real.Path}' \"$@\" {loss}\n");
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var victim = await Shell.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, "never"],
            environment: new Dictionary<string, string?> { [BackupVictim.UrlVariable] = trial.Source.UrlText, [DbGate.Postgres.ClientTools.FolderVariable] = folder.FullName });
        folder.Delete(recursive: true);

        Assert.That(victim.Output.Trim(), Is.EqualTo(code), victim.Error);
        Assert.That(Directory.EnumerateFiles(trial.Folder), Is.Empty);
    }

    [Test]
    public async Task A_value_too_large_for_COPY_is_refused_by_name()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE huge (b bytea COMPRESSION lz4); INSERT INTO huge SELECT convert_to(repeat('x', 560000000), 'UTF8')");

        var problem = Assert.ThrowsAsync<GateException>(() => trial.TakeAsync())!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0314", ExitCode.Blocked)), problem.ToString());
        Assert.That(problem.Message, Does.Contain("public.huge"));
    }

    [Test]
    public async Task A_full_disk_ends_it()
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        await using var disk = await SmallDisk.MountAsync(bytes: 2 << 20);

        // The preflight goes by the sizes of tables; told that the last backup was tiny, it lets this one begin.
        var last = (await trial.TakeAsync()).Manifest;
        var request = trial.Request with
        {
            Stores = [new LocalStore(disk.Folder)],
            Last = last with { Archive = last.Archive with { Length = 1 } },
        };
        var problem = Assert.ThrowsAsync<GateException>(() => Backup.TakeAsync(request, null, CancellationToken.None))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0347", ExitCode.Environment)), problem.ToString());
        Assert.That(Directory.EnumerateFiles(disk.Folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task A_disk_that_cannot_hold_it_is_seen_before()
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        await using var disk = await SmallDisk.MountAsync(bytes: 1 << 20);

        var problem = Assert.ThrowsAsync<GateException>(() => Backup.TakeAsync(trial.Request with { Stores = [new LocalStore(disk.Folder)] }, null, CancellationToken.None))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0311", ExitCode.Environment)), problem.ToString());
    }

    [TestCase("checking")]
    [TestCase("locking")]
    [TestCase("reading")]
    [TestCase("verifying")]
    [TestCase("committing")]
    public async Task A_process_killed_at_any_step_leaves_no_manifest(string stage)
    {
        await using var trial = await BackupTrial.CopyAsync(rows);
        using var victim = Shell.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, stage],
            environment: new Dictionary<string, string?> { [BackupVictim.UrlVariable] = trial.Source.UrlText });
        var line = await victim.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(line, Is.EqualTo("stopped"), () => victim.StandardError.ReadToEnd());

        victim.Kill();
        await victim.WaitForExitAsync();

        // Its children lose their pipes, and the server its clients: nobody is left who holds the lock.
        await Eventually.HoldsAsync(async () => await trial.Source.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == 0);
        Assert.That(await BackupsAsync(trial), Is.Empty);
        Assert.That(Directory.GetFiles(trial.Folder, "*.manifest.json"), Is.Empty);
        await trial.TakeAsync();
        Assert.That((await BackupsAsync(trial)).Count, Is.EqualTo(1));
    }

    static async Task NothingIsLeftAndItWorksAgain(BackupTrial trial)
    {
        Assert.That(Directory.EnumerateFiles(trial.Folder, "*", SearchOption.AllDirectories), Is.Empty);
        await Eventually.HoldsAsync(async () => await trial.Source.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == 0);
        await trial.TakeAsync();
        Assert.That((await BackupsAsync(trial)).Count, Is.EqualTo(1));
    }

    static Task<IReadOnlyList<CatalogEntry>> BackupsAsync(BackupTrial trial) => new BackupCatalog(trial.Store).ListAsync(null, null, CancellationToken.None);
}
