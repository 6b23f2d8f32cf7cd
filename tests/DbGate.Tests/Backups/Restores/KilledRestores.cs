using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>
/// A restore that is killed, at whatever step, has not touched the environment's database; the next one does it, and names what is left.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class KilledRestores
{
    [TestCase("preparing", 0)]
    [TestCase("rows", 1)]
    [TestCase("comparing", 1)]
    [TestCase("exchanging", 1)]
    public async Task Touch_nothing_and_can_be_repeated(string stage, int left)
    {
        await using var trial =
            await RestoreTrial.StartAsync("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 1000)");
        var source = trial.Backups.Source;
        await source.ExecuteAsync("DELETE FROM t WHERE id > 10");
        var before = await source.DigestAsync();

        await KillAsync(trial, stage);

        Assert.That(await source.DigestAsync(), Is.EqualTo(before));
        Assert.That(await LeftoversAsync(trial), Has.Length.EqualTo(left));

        var outcome = await Restore.RunAsync(
            new() { Backup = trial.Choice with { Key = trial.Backup.Key }, Url = source.Url, IsProduction = false }, null,
            CancellationToken.None);

        await using var former = new Dropped(source.Url.WithDatabase(outcome.Former!));
        Assert.That(await source.ScalarAsync<long>("SELECT count(*) FROM t"), Is.EqualTo(1000));
        foreach (var leftover in await LeftoversAsync(trial))
        {
            await using var dropped = new Dropped(source.Url.WithDatabase(leftover));
            Assert.That(outcome.Findings.Select(finding => finding.Message), Has.One.Contains(leftover));
        }
    }

    static async Task KillAsync(RestoreTrial trial, string stage)
    {
        using var victim = Shell.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "restore", trial.Backups.Folder, trial.Backup.Key, stage],
            environment: new Dictionary<string, string?> { [BackupVictim.UrlVariable] = trial.Backups.Source.UrlText });
        var line = await victim.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.That(line, Is.EqualTo("stopped"), () => victim.StandardError.ReadToEnd());
        victim.Kill();
        await victim.WaitForExitAsync();

        // Its children lose their pipes, and the server its clients: no one is left who holds the lock.
        await using var server = await Session.OpenAsync(trial.Backups.Source.Url.WithDatabase("postgres"), null, CancellationToken.None);
        await Eventually.HoldsAsync(async () =>
            await AdvisoryLock.ReadHolderAsync(server, $"restore {trial.Backups.Source.Name}", CancellationToken.None) is null);
    }

    static async Task<string[]> LeftoversAsync(RestoreTrial trial) =>
        (await trial.Backups.Source.ScalarAsync<string>(
            $"SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE '{trial.Backups.Source.Name}\\_restore\\_%'"))?.Split(
                ',') ?? [];
}
