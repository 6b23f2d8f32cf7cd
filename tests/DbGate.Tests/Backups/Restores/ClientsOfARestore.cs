using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>A <c>psql</c> that a dump could give commands to is given none.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ClientsOfARestore
{
    [TestCase("12.22", false)]
    [TestCase("13.21", false)]
    [TestCase("13.22", true)]
    [TestCase("15.13", false)]
    [TestCase("15.14", true)]
    [TestCase("17.5", false)]
    [TestCase("17.6", true)]
    [TestCase("18.0", true)]
    public void Know_how_to_confine_a_dump_from_their_mended_release_on(string version, bool known) =>
        Assert.That(PsqlRestrict.IsKnownTo(new ClientTool("/usr/bin/psql", Version.Parse(version))), Is.EqualTo(known));

    [TestCase("restore", "verifying")]
    [TestCase("restore-test", null)]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task That_do_not_are_refused_before_anything_is_read_or_dropped(string mode, string? stage)
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        var source = trial.Backups.Source;
        await using var session = await Session.OpenAsync(source.Url, null, CancellationToken.None);
        if (session.ServerMajor > 17)
        {
            Assert.Ignore("Every psql for this server knows \\restrict.");
        }

        var real = await ClientTools.FindAsync("psql", session.ServerMajor, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("dbgate-client-");
        var (old, log) = (Path.Combine(folder.FullName, "psql"), Path.Combine(folder.FullName, "log"));
        Script.Write(
            old,
            $"#!/bin/sh\n[ \"$1\" = --version ] && {{ echo 'psql (PostgreSQL) {session.ServerMajor}.5'; exit; }}\necho started "
                + $">>'{log}'\nexec '{real.Path}' \"$@\"\n");

        var victim = await Shell.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), mode, trial.Backups.Folder, trial.Backup.Key,
                .. stage is null ? Array.Empty<string>() : [stage]],
            environment: new Dictionary<string,
                string?> { [BackupVictim.UrlVariable] = source.UrlText, [ClientTools.FolderVariable] = folder.FullName });
        var started = File.Exists(log);
        folder.Delete(recursive: true);

        Assert.That(victim.Output.Trim(), Is.EqualTo("DBG0713"), victim.Error);
        Assert.That(started, Is.False, "it was given something");
        Assert.That(await source.ScalarAsync<int>("SELECT id FROM t"), Is.EqualTo(1));
        Assert.That(
            await source.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname LIKE '{source.Name}\\_%'"), Is.Zero,
            "a database was made");
    }
}
