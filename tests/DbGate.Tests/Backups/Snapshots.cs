using DbGate.Backups;
using DbGate.Configuration;

namespace DbGate.Tests.Backups;

/// <summary>A backup shows one moment, whatever goes on meanwhile.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class Snapshots
{
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
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = "
                + "current_database()))"));
        command.CommandText = "DROP TABLE goes; CREATE TABLE comes AS SELECT 1 AS id; COMMIT";
        await command.ExecuteNonQueryAsync();
        var backup = await running;

        Assert.That(backup.Manifest.Tables.Select(table => (table.Name, table.Rows)), Is.EqualTo(new[] { ("a", 0L), ("comes", 1L) }));
        Assert.That(await BackupTrial.DumpAsync(await trial.RestoreAsync(backup)), Is.EqualTo(await BackupTrial.DumpAsync(trial.Source)));
    }

    [Test]
    public async Task What_is_written_meanwhile_is_not_in_it_and_no_table_is_altered_under_it([Values] DumpReader reader)
    {
        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        var running =
            Backup.TakeAsync(
                trial.Request with { Stores = [store], Options = ManyRows.Small with { Reader = reader } }, null, CancellationToken.None);
        await store.ReachedAsync(running);

        await trial.Source.ExecuteAsync(
            "DELETE FROM big WHERE id % 2 = 0; UPDATE big SET t = 'changed' WHERE id = 1; INSERT INTO big VALUES (5000, 'new')");
        Assert.That(
            () => trial.Source.ExecuteAsync("SET lock_timeout = '50ms'; ALTER TABLE big ADD COLUMN late int"),
            Throws.InstanceOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("55P03"));
        store.Open();
        var restored = await trial.RestoreAsync(await running);

        Assert.That(
            await restored.ScalarAsync<string>(
                "SELECT count(*) || ' ' || max(id) || ' ' || count(*) FILTER (WHERE t IN ('changed', 'new')) FROM big"),
                Is.EqualTo("4000 4000 0"));
    }
}
