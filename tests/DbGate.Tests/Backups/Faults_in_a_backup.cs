using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Storage.Local;

namespace DbGate.Tests.Backups;

/// <summary>Whatever goes wrong leaves no manifest, and so no backup; and the next run succeeds.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class Faults_in_a_backup
{
    static DumpOptions Small => ManyRows.Small;

    [Test]
    public async Task A_backend_killed_in_the_middle_ends_it([Values] DumpReader reader)
    {
        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        var running =
            Backup.TakeAsync(
                trial.Request with { Stores = [store], Options = Small with { Reader = reader, SliceBytes = 1 << 30 } }, null,
                CancellationToken.None);
        await store.ReachedAsync(running);
        await Eventually.HoldsAsync(() => trial.Source.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = "
                + "'active')"));

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
        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small }, null, CancellationToken.None);
        await store.ReachedAsync(running);

        await trial.Source.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                + "'dbgate backup'");
        store.Open();

        var problem = Assert.ThrowsAsync<GateException>(async () => await running)!.Problem;
        Assert.That(problem.Code.ExitCode, Is.EqualTo(ExitCode.Environment), problem.ToString());
        Assert.That((await BackupsAsync(trial)).Count, Is.Zero);
        await trial.TakeAsync();
    }

    [Test]
    public async Task Cancelling_ends_its_children_and_leaves_nothing()
    {
        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        using var cancel = new CancellationTokenSource();
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small }, null, cancel.Token);
        await store.ReachedAsync(running);

        await cancel.CancelAsync();

        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        await NothingIsLeftAndItWorksAgain(trial);
    }

    [Test]
    public async Task A_second_one_is_told_who_is_at_work()
    {
        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        var first = Backup.TakeAsync(trial.Request with { Stores = [store], Options = Small }, null, CancellationToken.None);
        await store.ReachedAsync(first);

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

        var problem =
            Assert.ThrowsAsync<GateException>(() => trial.TakeAsync(new() { LockTimeout = TimeSpan.FromMilliseconds(200) }))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0316", ExitCode.Environment)));
        Assert.That(
            problem.ToString(),
            Does.Contain("public.t stayed locked").And.Contain($"held by pid {other.ProcessID}, user ").And.Contain("idle in transaction"));
    }

    [Test]
    public async Task A_value_too_large_for_COPY_is_refused_by_name()
    {
        await using var trial =
            await BackupTrial.StartAsync(
                "CREATE TABLE huge (b bytea COMPRESSION lz4); INSERT INTO huge SELECT convert_to(repeat('x', 560000000), 'UTF8')");

        var problem = Assert.ThrowsAsync<GateException>(() => trial.TakeAsync())!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0314", ExitCode.Blocked)), problem.ToString());
        Assert.That(problem.Message, Does.Contain("public.huge"));
    }

    [Test]
    public async Task A_full_disk_ends_it()
    {
        await using var trial = await ManyRows.StartAsync();
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
        await using var trial = await ManyRows.StartAsync();
        await using var disk = await SmallDisk.MountAsync(bytes: 1 << 20);

        var problem =
            Assert.ThrowsAsync<GateException>(() =>
                Backup.TakeAsync(trial.Request with { Stores = [new LocalStore(disk.Folder)] }, null, CancellationToken.None))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0311", ExitCode.Environment)), problem.ToString());
    }

    [TestCase("checking")]
    [TestCase("locking")]
    [TestCase("reading")]
    [TestCase("verifying")]
    [TestCase("committing")]
    public async Task A_process_killed_at_any_step_leaves_no_manifest(string stage)
    {
        await using var trial = await ManyRows.StartAsync();
        using var victim = Shell.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, stage],
            environment: new Dictionary<string, string?> { [BackupVictim.UrlVariable] = trial.Source.UrlText });
        var line = await victim.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.That(line, Is.EqualTo("stopped"), () => victim.StandardError.ReadToEnd());

        victim.Kill();
        await victim.WaitForExitAsync();

        // Its children lose their pipes, and the server its clients: no one is left who holds the lock.
        await Eventually.HoldsAsync(async () => await trial.Source.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == 0);
        Assert.That(await BackupsAsync(trial), Is.Empty);
        Assert.That(Directory.GetFiles(trial.Folder, "*.manifest.json"), Is.Empty);
        await trial.TakeAsync();
        Assert.That((await BackupsAsync(trial)).Count, Is.EqualTo(1));
    }

    internal static async Task NothingIsLeftAndItWorksAgain(BackupTrial trial)
    {
        Assert.That(Directory.EnumerateFiles(trial.Folder, "*", SearchOption.AllDirectories), Is.Empty);
        await Eventually.HoldsAsync(async () => await trial.Source.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == 0);
        await trial.TakeAsync();
        Assert.That((await BackupsAsync(trial)).Count, Is.EqualTo(1));
    }

    static Task<IReadOnlyList<CatalogEntry>> BackupsAsync(BackupTrial trial) =>
        new BackupCatalog(trial.Store).ListAsync(null, null, CancellationToken.None);
}
