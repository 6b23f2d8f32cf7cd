using DbGate.Backups;
using DbGate.Backups.Restores;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Storage.Local;

namespace DbGate.Tests.Backups.Restores;

/// <summary>pg_cron exists in one database of a server, whose library is loaded at the start.</summary>
[TestFixture]
[Category("Postgres")]
public sealed class Schedulers
{
    [Test]
    public async Task Are_restored_on_a_scratch_server_without_running_and_refused_beside()
    {
        if (!(await ServerBinaries.FindAllAsync(CancellationToken.None))
            .Any(one => File.Exists(Path.Combine(one.Folder, "../lib/pg_cron.so"))))
        {
            throw Counterpart.Missing("pg_cron is not installed", "sudo apt-get install postgresql-15-cron");
        }

        await using var server = await TestServer.StartLocalAsync(new()
        {
            Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_cron", ["cron.database_name"] = "postgres" },
        });
        await using (var session = await Session.OpenAsync(server.Url, null, CancellationToken.None))
        {
            await session.ExecuteScriptAsync(
                "CREATE EXTENSION pg_cron; SELECT cron.schedule('nightly', '0 3 * * *', 'VACUUM'); CREATE TABLE t (id int); INSERT INTO "
                    + "t VALUES (1)", CancellationToken.None);
        }

        var folder = Directory.CreateTempSubdirectory("dbgate-cron-");
        var store = new LocalStore(folder.FullName);
        var backup =
            await Backup.TakeAsync(new() { Url = server.Url, Environment = "staging", Stores = [store] }, null, CancellationToken.None);
        Assert.That(backup.Problems.Select(problem => problem.Message), Has.Some.Contains("pg_cron exists in one database"));

        var tested =
            await RestoreTest.RunAsync(new() { Backup = new(store, "staging") { Key = backup.Key } }, null, CancellationToken.None);
        Assert.That((tested.Passed, tested.Record.Rows), Is.EqualTo((true, 2L)), string.Join('\n', tested.Report.Problems));

        var request =
            new RestoreRequest { Backup = new(store, "staging") { Key = backup.Key }, Url = server.Url, IsProduction = false, Into =
                "beside" };
        Assert.That(
            () => Restore.RunAsync(request, null, CancellationToken.None),
            Failure.From("DBG0719", problem => problem.Message.Contains("in the database postgres only", StringComparison.Ordinal)));

        var restored = await Restore.RunAsync(request with { Changes = new() { Extensions = ["pg_cron"] } }, null, CancellationToken.None);
        Assert.That(restored.Comparison?.Problems, Is.Empty);
        await using var copy = new Dropped(server.Url.WithDatabase(restored.Database));
        Assert.That(await copy.ScalarAsync<long>("SELECT count(*) FROM t"), Is.EqualTo(1));
        folder.Delete(recursive: true);
    }
}
