using DbGate.Backups;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using DbGate.Tests.Backups;

namespace DbGate.Tests.Backups.Restores;

/// <summary>
/// The database that PostgreSQL's own regression tests leave behind: some 600 tables of hard cases. It is made by pg_regress from Debian's
/// source package.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Category("Nightly")]
[Platform("Linux")]
sealed class RegressionDatabase
{
    const int Major = 15;

    static readonly string[] Oddities =
        ["public.gtest20b.chk", "public.invalid_check_con", "index public.idxpart_a_idx", "public.itest1_a_seq is behind"];

    static readonly ThrowawayOptions Server = new()
    {
        Major = Major,
        Deadline = TimeSpan.FromMinutes(3),
        Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "2", ["max_locks_per_transaction"] = "256" },
    };

    DirectoryInfo folder = null!;
    ThrowawayServer server = null!;

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        if (Shell.Find("apt-get") is null || Shell.Find("cc") is null)
        {
            throw Counterpart.Missing(
                "apt-get or a C compiler is not installed, and they make PostgreSQL's regression tests", "sudo apt-get install gcc");
        }

        folder = Directory.CreateTempSubdirectory("dbgate-regress-");
        (await Shell.RunAsync("chmod", ["755", folder.FullName])).Succeeded();
        (await Shell.RunAsync(
            "bash", [Path.Combine(Repository.Root, "tests", "postgres-regress", "prepare.sh"), $"{Major}", folder.FullName],
            deadline: TimeSpan.FromMinutes(10))).Succeeded();
        server = await ThrowawayServer.StartAsync(Server, CancellationToken.None);
        await using var environment = await LibpqEnvironment.CreateAsync(server.Url, CancellationToken.None);
        var bin = $"/usr/lib/postgresql/{Major}";

        // A test that another locale or a busy machine lets fail leaves its tables all the same.
        var made = await Shell.RunAsync(
            $"{bin}/lib/pgxs/src/test/regress/pg_regress",
            [
                $"--inputdir={folder}/regress", $"--outputdir={folder}/out", $"--bindir={bin}/bin", $"--dlpath={folder}/lib",
                $"--schedule={folder}/regress/parallel_schedule",
                $"--host={server.Url.Host}", $"--port={server.Url.Port}", $"--user={server.Url.User}", "--max-connections=4",
            ],
            environment: environment.Variables, deadline: TimeSpan.FromMinutes(20));
        await using var session = await Session.OpenAsync(Url, null, CancellationToken.None);
        Assert.That(
            await session.ScalarAsync<long>(
                "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", default),
                Is.GreaterThan(300), made.Everything);
    }

    [OneTimeTearDown]
    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder?.Delete(recursive: true);
    }

    PostgresUrl Url => server.Url.WithDatabase("regression");

    [Test]
    public async Task Is_backed_up_tested_and_restored_without_a_difference([Values] DumpReader reader, [Values(1, 4)] int jobs)
    {
        await using var trial = BackupTrial.From(await TestDatabase.CreateAsync(server.Url));
        var backup =
            await Backup.TakeAsync(
                trial.Request with { Url = Url, Options = new() { Reader = reader, Jobs = jobs } }, null, CancellationToken.None);

        var choice = new BackupChoice(trial.Store, "staging") { Key = backup.Key };
        var tested =
            await RestoreTest.RunAsync(new() { Backup = choice, Configured = [("DATABASE_URL", Url)] }, null, CancellationToken.None);
        var restored = await Restore.RunAsync(
            new() { Backup = choice, Url = Url, IsProduction = false, Into = $"restored_{reader}_{jobs}".ToLowerInvariant() }, null,
            CancellationToken.None);

        await using var copy = new Dropped(server.Url.WithDatabase(restored.Database));
        foreach (var report in (ComparisonReport[])[tested.Report, restored.Comparison!])
        {
            Assert.That(report.Holds, Is.True, () => string.Join('\n', report.Problems));
            Assert.That(report.Problems.Select(problem => problem.Severity), Has.All.EqualTo(Severity.Warning));
            Assert.That(
                Oddities.Where(oddity => !report.Problems.Any(problem => problem.Message.Contains(oddity, StringComparison.Ordinal))),
                Is.Empty);
        }

        Assert.That(tested.Record.Rows, Is.GreaterThan(400_000));
        Assert.That(await LinesAsync(copy.Url), Is.EqualTo(await LinesAsync(Url)));
    }

    // A child that inherits has its columns in another order afterwards, as after pg_dump: the lines are sorted.
    static async Task<string> LinesAsync(PostgresUrl url)
    {
        await using var environment = await LibpqEnvironment.CreateAsync(url, CancellationToken.None);
        var dump = await Shell.RunAsync($"/usr/lib/postgresql/{Major}/bin/pg_dump", ["--schema-only"], environment: environment.Variables);
        return string.Join(
            '\n',
            dump.Succeeded().Output.Split('\n')
                .Select(line => line.TrimEnd(','))
                .Where(line => !line.Contains("restrict ", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }
}
