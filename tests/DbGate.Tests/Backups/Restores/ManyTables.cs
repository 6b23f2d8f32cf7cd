using DbGate.Backups.Restores;
using DbGate.Tests.Backups;

namespace DbGate.Tests.Backups.Restores;

/// <summary>
/// Databases of tens of thousands of tables: the throwaway server of a restore test has room for the locks of all of them.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Category("Nightly")]
public sealed class ManyTables
{
    [TestCase(10_000)]
    [TestCase(20_000)]
    public async Task Are_restored_by_a_restore_test_on_a_throwaway_server(int tables)
    {
        await using var server =
            await TestServer.StartLocalAsync(
                new() { Settings = new Dictionary<string, string> { ["max_locks_per_transaction"] = "1024" } });
        await using var trial = BackupTrial.From(await TestDatabase.CreateAsync(server.Url));
        for (var first = 1; first <= tables; first += 1000)
        {
            await trial.Source.ExecuteAsync(
                $"""
                DO $$ BEGIN FOR i IN {first}..{first + 999} LOOP
                  EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, name text)', i); EXECUTE format('INSERT INTO t%s VALUES (1, ''a''), (2, ''b'')', i);
                END LOOP; END $$
                """);
        }

        var backup = await trial.TakeAsync();
        var tested = await RestoreTest.RunAsync(
            new() { Backup = new(trial.Store, "staging") { Key = backup.Key }, Configured = [("DATABASE_URL", trial.Source.Url)] }, null,
            CancellationToken.None);

        Assert.That((tested.Passed, tested.Record.Rows, backup.Manifest.Tables.Count), Is.EqualTo((true, tables * 2L, tables)));
        Assert.That(backup.Problems.Select(problem => problem.Code.Id), Has.None.EqualTo("DBG0336"));
    }
}
