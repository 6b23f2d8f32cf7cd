using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Backups.Restores;
using DbGate.Tests.Backups;

namespace DbGate.Tests.Backups.Restores;

/// <summary>The server's disk is full in the middle of a restore.</summary>
[TestFixture]
[Category("Postgres")]
[Category("Root")]
[Platform("Linux")]
[Parallelizable(ParallelScope.Self)]
public sealed class RestoresOntoFullDisks
{
    [Test]
    public async Task End_leave_nothing_and_touch_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(bytes: 9 << 20);
        await using var trial = await BackupTrial.StartAsync();
        var space = $"small_{trial.Source.Name}";

        // A tablespace's folder must be the server's own.
        await trial.Source.ExecuteAsync($"COPY (SELECT 1) TO PROGRAM 'mkdir {disk.Folder}/space'");
        await trial.Source.ExecuteAsync($"CREATE TABLESPACE {space} LOCATION '{disk.Folder}/space'");
        try
        {
            await trial.Source.ExecuteAsync(
                $"CREATE TABLE big (id int, t text) TABLESPACE {space}; INSERT INTO big SELECT g, repeat(md5(g::text), 30) FROM "
                    + "generate_series(1, 5000) g");
            var backup = await trial.TakeAsync();

            var problem = Assert.ThrowsAsync<GateException>(() => Restore.RunAsync(
                new() { Backup = new(trial.Store, "staging") { Key = backup.Key }, Url = trial.Source.Url, IsProduction = false }, null,
                CancellationToken.None))!.Problem;

            Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0708", ExitCode.Environment)), problem.ToString());
            Assert.That(problem.Cause, Does.Contain("No space left on device"));
            Assert.That(await trial.Source.ScalarAsync<long>("SELECT count(*) FROM big"), Is.EqualTo(5000));
            Assert.That(
                await trial.Source.ScalarAsync<long>(
                    $"SELECT count(*) FROM pg_database WHERE datname LIKE '{trial.Source.Name}\\_restore%'"), Is.Zero);
        }
        finally
        {
            await trial.Source.ExecuteAsync("DROP TABLE IF EXISTS big");
            await trial.Source.ExecuteAsync($"DROP TABLESPACE {space}");
        }
    }
}
