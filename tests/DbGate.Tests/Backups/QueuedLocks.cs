using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Backups;

/// <summary>
/// A session that wants to alter or truncate a table during a backup waits for it, as for <c>pg_dump</c>, and nothing of the
/// backup waits behind it.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class QueuedLocks
{
    const string Tables =
        """
        CREATE TABLE ts (id int); INSERT INTO ts VALUES (1), (2);
        CREATE TABLE altered (id int); INSERT INTO altered VALUES (1);
        CREATE TABLE vacuumed (id int); INSERT INTO vacuumed VALUES (1);
        CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); INSERT INTO p VALUES (3);
        CREATE TABLE r (id int) PARTITION BY RANGE (id); CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10); INSERT INTO r VALUES (4);
        CREATE INDEX big_id ON big (id);
        SELECT lo_from_bytea(0, 'a large object');
        """;

    static readonly string[] Waiting =
        ["TRUNCATE ts", "ALTER TABLE altered ADD COLUMN b int", "VACUUM FULL vacuumed", "DROP TABLE p1", "ALTER TABLE r ADD COLUMN b int"];

    [Test]
    public async Task Wait_for_the_backup_which_never_waits_for_them([Values] DumpReader reader, [Values(1, 2)] int jobs)
    {
        await using var trial = await ManyRows.StartAsync();
        await trial.Source.ExecuteAsync(Tables);
        var store = new GatedStore(trial.Store);
        var options = ManyRows.Small with { Reader = reader, Jobs = jobs, LockTimeout = TimeSpan.FromSeconds(4) };
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = options }, null, CancellationToken.None);
        await store.ReachedAsync(running);

        var waiting = Waiting.Select(trial.Source.ExecuteAsync).ToArray();
        await WaitForAsync(trial, Waiting.Length);
        store.Open();
        var backup = await running;
        await Task.WhenAll(waiting);

        var restored = await trial.RestoreAsync(backup);
        Assert.That(
            await restored.ScalarAsync<string>(
                "SELECT concat_ws(' ', (SELECT count(*) FROM ts), (SELECT to_jsonb(a) FROM altered a), (SELECT id FROM p), (SELECT "
                    + "to_jsonb(r) FROM r))"),
            Is.EqualTo("""2 {"id": 1} 3 {"id": 4}"""));
        Assert.That(await trial.Source.ScalarAsync<long>("SELECT count(*) FROM ts"), Is.Zero, "it was truncated afterwards");
    }

    [Test]
    public async Task Are_not_caused_by_the_slices_of_a_table_whose_index_is_rebuilt()
    {
        await using var trial = await ManyRows.StartAsync();
        await trial.Source.ExecuteAsync(Tables);
        var store = new GatedStore(trial.Store);
        var running = Backup.TakeAsync(
            trial.Request with { Stores = [store], Options = ManyRows.Small with { LockTimeout = TimeSpan.FromSeconds(4) } }, null,
            CancellationToken.None);
        await store.ReachedAsync(running);

        var rebuilt = trial.Source.ExecuteAsync("REINDEX INDEX big_id");
        await Eventually.HoldsAsync(async () => rebuilt.IsCompleted || await WaitersAsync(trial) > 0);
        store.Open();
        var backup = await running;
        await rebuilt;

        Assert.That(backup.Manifest.Tables.Single(table => table.Name == "big").Rows, Is.EqualTo(4000));
    }

    [TestCase("TRUNCATE ts", TestName = "Go_first_when_they_come_before_the_sessions_that_copy_have_the_table")]
    [TestCase("ALTER TABLE r ADD COLUMN b int", TestName = "Go_first_when_they_come_before_pg_dump_has_the_table")]
    public async Task Go_first_when_they_come_while_it_starts(string statement)
    {
        await using var trial = await ManyRows.StartAsync();
        await trial.Source.ExecuteAsync(Tables);
        var starts = 0;
        Task? asked = null;
        var progress = new Stages(stage =>
        {
            if (stage == "starting" && Interlocked.Increment(ref starts) == 1)
            {
                asked = trial.Source.ExecuteAsync(statement);
                WaitForAsync(trial, 1).GetAwaiter().GetResult();
            }
        });

        var backup = await Backup.TakeAsync(trial.Request with { Options = ManyRows.Small }, progress, CancellationToken.None);
        await asked!;

        Assert.That(starts, Is.EqualTo(2));
        var restored = await trial.RestoreAsync(backup);
        Assert.That(await BackupTrial.DumpAsync(restored), Is.EqualTo(await BackupTrial.DumpAsync(trial.Source)), "of the moment after it");
    }

    [Test]
    public async Task End_it_by_name_when_they_come_at_every_attempt()
    {
        await using var trial = await ManyRows.StartAsync();
        await trial.Source.ExecuteAsync(Tables);
        var asked = new List<Task>();
        var progress = new Stages(stage =>
        {
            if (stage == "starting")
            {
                asked.Add(trial.Source.ExecuteAsync("SET application_name = 'nightly load'; TRUNCATE ts"));
                WaitForAsync(trial, 1).GetAwaiter().GetResult();
            }
        });

        var problem = Assert.ThrowsAsync<GateException>(() => Backup.TakeAsync(
            trial.Request with { Options = ManyRows.Small with { LockTimeout = TimeSpan.FromSeconds(1) } }, progress,
            CancellationToken.None))!.Problem;
        await Task.WhenAll(asked);

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0335", ExitCode.Environment)));
        Assert.That(asked, Has.Count.GreaterThanOrEqualTo(5));
        Assert.That(problem.Cause, Does.Match("^last: (public\\.)?ts: pid \\d+.*nightly load"));
        await Faults_in_a_backup.NothingIsLeftAndItWorksAgain(trial);
    }

    [Test]
    public async Task Are_warned_of_where_the_servers_lock_table_has_no_room_for_all_sessions()
    {
        await using var server = await TestServer.StartLocalAsync(
            new() { Settings =
                new Dictionary<string,
                    string> { ["max_locks_per_transaction"] = "10", ["max_connections"] = "20", ["autovacuum"] = "off" } });
        await using var trial = BackupTrial.From(await TestDatabase.CreateAsync(server.Url));
        await trial.Source.ExecuteAsync("DO $$ BEGIN FOR i IN 1..80 LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$");

        var backup = await trial.TakeAsync(new() { Jobs = 2 });

        var warning = backup.Problems.Single(problem => problem.Code.Id == "DBG0336");
        Assert.That(warning.IsBlocking, Is.False);
        Assert.That(
            warning.Cause,
            Is.EqualTo("6 sessions with 80 tables each need 480 locks; by max_locks_per_transaction the server has room for 300"));
        Assert.That(backup.Manifest.Tables, Has.Count.EqualTo(80));
    }

    /// <summary>As pg_dump does: it needs one lock for each table.</summary>
    [Test]
    public async Task Do_not_stop_a_backup_of_more_tables_than_two_sessions_can_lock()
    {
        await using var server = await TestServer.StartLocalAsync(
            new() { Settings =
                new Dictionary<string, string>
                {
                    ["max_connections"] = "8", ["superuser_reserved_connections"] = "0", ["autovacuum"] = "off",
                } });
        await using var trial = BackupTrial.From(await TestDatabase.CreateAsync(server.Url));
        foreach (var hundreds in Enumerable.Range(0, 3))
        {
            await trial.Source.ExecuteAsync(
                $"DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format('CREATE TABLE t_{hundreds}_%s AS SELECT 1 AS id', i); END LOOP; END $$");
        }

        var backup = await trial.TakeAsync(new() { Jobs = 2 });

        var warning = backup.Problems.Single(problem => problem.Code.Id == "DBG0336");
        Assert.That(warning.Cause, Does.EndWith("; one connection reads"));
        Assert.That(warning.Fix!.ToString(), Does.Contain("max_locks_per_transaction = 768"));
        Assert.That(backup.Manifest.Tables.Sum(table => table.Rows), Is.EqualTo(1500));
    }

    [Test]
    public async Task Are_warned_of_where_the_role_has_few_connections()
    {
        await using var server = await TestServer.StartLocalAsync();
        await using var trial = BackupTrial.From(await TestDatabase.CreateAsync(server.Url));
        await trial.Source.ExecuteAsync(
            "CREATE TABLE t AS SELECT 1 AS id; CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 3; GRANT pg_read_all_data TO few");

        var backup = await Backup.TakeAsync(
            trial.Request with { Url = trial.Source.Url with { User = "few", Password = "few" }, Options = new() { Jobs = 1 } }, null,
            CancellationToken.None);

        Assert.That(
            backup.Problems.Single(problem => problem.Code.Id == "DBG0336").Cause,
            Is.EqualTo("the backup needs 4 more connections at the same time, and 2 are free"));
        Assert.That(backup.Manifest.Tables.Single().Rows, Is.EqualTo(1));
    }

    static Task WaitForAsync(BackupTrial trial, int waiters) => Eventually.HoldsAsync(async () => await WaitersAsync(trial) == waiters);

    static Task<long> WaitersAsync(BackupTrial trial) => trial.Source.ScalarAsync<long>(
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND database = (SELECT oid FROM pg_database "
            + "WHERE datname = current_database())");

    sealed class Stages(Action<string> reached) : IProgress<BackupProgress>
    {
        string last = "";

        public void Report(BackupProgress value)
        {
            if (value.Stage != last)
            {
                reached(last = value.Stage);
            }
        }
    }
}
