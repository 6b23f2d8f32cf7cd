using DbGate.Backups;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Backups;

/// <summary>The client programs between server and archive: what they lose, that they fall silent, what they show.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Clients_of_a_backup
{
    [Test]
    public async Task A_server_that_falls_silent_ends_it()
    {
        if ((await TestServer.SharedAsync()).Local is null)
        {
            Assert.Ignore("The server's processes are another machine's.");
        }

        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        var clock = new Startable();
        var options = ManyRows.Small with { SilenceLimit = TimeSpan.FromSeconds(2), SliceBytes = 1 << 30 };
        var running =
            Backup.TakeAsync(trial.Request with { Stores = [store], Options = options, Clock = clock }, null, CancellationToken.None);
        await store.ReachedAsync(running);
        const string Copying = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'";
        await Eventually.HoldsAsync(() => trial.Source.ScalarAsync<bool>($"SELECT EXISTS (SELECT {Copying})"));
        var pid =
            (await trial.Source.ScalarAsync<int>($"SELECT pid {Copying}")).ToString(System.Globalization.CultureInfo.InvariantCulture);
        (await Shell.RunAsync("kill", ["-STOP", pid])).Succeeded();
        clock.Start();
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

        await Faults_in_a_backup.NothingIsLeftAndItWorksAgain(trial);
    }

    /// <summary>Its stopwatches are still until it is started: what is slow before is not silent.</summary>
    sealed class Startable : TimeProvider
    {
        const long First = 1;

        long started;

        public override long GetTimestamp() =>
            Volatile.Read(ref started) is not 0 and var since ? First + base.GetTimestamp() - since : First;

        public void Start() => Volatile.Write(ref started, base.GetTimestamp());
    }

    // The exit code of the pipe is the last program's: 0, whatever happened to the dump.
    [TestCase("psql", "| sed -u '/^7$/d'", "DBG0315")]
    [TestCase("pg_dump", "| head -c 300", "DBG0313")]
    [TestCase("pg_dump", "; exit 1", "DBG0313")]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_client_that_loses_rows_or_is_cut_ends_it(string program, string loss, string code)
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 10000)");
        await using var session = await Session.OpenAsync(trial.Source.Url, null, CancellationToken.None);
        var real = await ClientTools.FindAsync(program, session.ServerMajor, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("dbgate-client-");
        var wrapper = Path.Combine(folder.FullName, program);
        Script.Write(wrapper, $"#!/bin/sh\n[ \"$1\" = --version ] && exec '{real.Path}' --version\n'{real.Path}' \"$@\" {loss}\n");

        var victim = await Shell.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, "never"],
            environment: new Dictionary<string,
                string?> { [BackupVictim.UrlVariable] = trial.Source.UrlText, [ClientTools.FolderVariable] = folder.FullName });
        folder.Delete(recursive: true);

        Assert.That(victim.Output.Trim(), Is.EqualTo(code), victim.Error);
        Assert.That(Directory.EnumerateFiles(trial.Folder), Is.Empty);
    }

    [TestCase("PGPASSWORD")]
    [TestCase("PGPASSFILE")]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task They_know_the_password_that_DbGates_own_connection_knows(string variable)
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        var url = trial.Source.Url;
        var file = Path.Combine(trial.Folder, "pass");
        await File.WriteAllTextAsync(file, $"*:*:*:*:{url.Password}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        var value = variable == "PGPASSFILE" ? file : url.Password;

        var backup = await Shell.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, "never"],
            environment: new Dictionary<string,
                string?> { [BackupVictim.UrlVariable] = (url with { Password = null }).Reveal(), [variable] = value });

        Assert.That(backup.Output.Trim(), Is.EqualTo("completed"), backup.Error);
    }

    // The password is the process's own, not the URL's; the client writes its pass file into its last words.
    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task What_they_say_of_a_password_that_stands_in_PGPASSWORD_is_struck_out()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int)");
        await using var session = await Session.OpenAsync(trial.Source.Url, null, CancellationToken.None);
        var url = trial.Source.Url;
        var real = await ClientTools.FindAsync("pg_dump", session.ServerMajor, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("dbgate-client-");
        var wrapper = Path.Combine(folder.FullName, "pg_dump");
        Script.Write(
            wrapper,
            $"#!/bin/sh\n[ \"$1\" = --version ] && exec '{real.Path}' --version\necho \"it was: $(cat \"$PGPASSFILE\")\" >&2\nexit 1\n");

        var victim = await Shell.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, "never"],
            environment: new Dictionary<string, string?>
            {
                [BackupVictim.UrlVariable] = (url with { Password = null }).Reveal(), ["PGPASSWORD"] = url.Password,
                [ClientTools.FolderVariable] = folder.FullName,
            });
        folder.Delete(recursive: true);

        Assert.That(victim.Output.Trim(), Is.EqualTo("DBG0313"), victim.Error);
        Assert.That(victim.Error, Does.Contain("it was: ").And.Not.Contain(url.Password!));
    }

    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task None_has_the_password_among_its_arguments()
    {
        await using var trial = await BackupTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 10000)");
        await using var session = await Session.OpenAsync(trial.Source.Url, null, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("dbgate-client-");
        var log = Path.Combine(folder.FullName, "log");
        foreach (var program in new[] { "psql", "pg_dump" })
        {
            var real = await ClientTools.FindAsync(program, session.ServerMajor, CancellationToken.None);
            var wrapper = Path.Combine(folder.FullName, program);
            Script.Write(wrapper, $"#!/bin/sh\necho \"{program} $*\" >>'{log}'\nexec '{real.Path}' \"$@\"\n");
        }

        var backup = await Shell.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "backup", trial.Folder, "never"],
            environment: new Dictionary<string,
                string?> { [BackupVictim.UrlVariable] = trial.Source.UrlText, [ClientTools.FolderVariable] = folder.FullName });
        var arguments = await File.ReadAllTextAsync(log);
        folder.Delete(recursive: true);

        Assert.That(backup.Output.Trim(), Is.EqualTo("completed"), backup.Error);
        Assert.That(arguments, Does.Contain("psql -X").And.Contain("pg_dump --format=plain").And.Contain("--snapshot"));
        Assert.That(arguments, Does.Not.Contain(trial.Source.Url.Password!));
    }
}
