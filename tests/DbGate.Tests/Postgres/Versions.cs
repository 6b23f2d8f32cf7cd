using System.Globalization;
using DbGate.Postgres;

namespace DbGate.Tests.Postgres;

/// <summary>
/// A database with the features of each PostgreSQL version is backed up, tested, restored and replaced without a difference.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class Versions
{
    [Test]
    public Task Newest_backs_up_and_restores_its_features() => HoldsAsync(18, "copy:2", "pgdump:1");

    [TestCase(14)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(18)]
    [Category("Nightly")]
    public Task Each_backs_up_and_restores_its_features(int major) => HoldsAsync(major, "copy:1", "copy:4", "pgdump:1", "pgdump:4");

    /// <summary>With the command of docs/guides/postgres-versions.md.</summary>
    [Test]
    [Category("Nightly")]
    public async Task Upgraded_by_the_recipe_is_accepted_as_a_new_database_and_tested()
    {
        const int old = 15;
        const int latest = 18;
        var (before, after) = (await PostgresVersion.InstallAsync(old), await PostgresVersion.InstallAsync(latest));
        var folder = Directory.CreateTempSubdirectory("dbgate-upgrade-");
        var port = LoopbackPorts.Free();
        var url = PostgresUrl.Parse($"postgresql://postgres@127.0.0.1:{port}/postgres", "the upgraded server");
        var recipe = string.Concat((await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "guides", "postgres-versions.md")))
            .SkipWhile(line => !line.Contains("pg_upgrade --", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('\\')))
            .Replace("/usr/lib/postgresql/15/bin", before, StringComparison.Ordinal)
            .Replace("/usr/lib/postgresql/18/bin", after, StringComparison.Ordinal)
            .Replace("/var/lib/postgresql/15/main", "old", StringComparison.Ordinal)
            .Replace("/var/lib/postgresql/18/main", "new", StringComparison.Ordinal)
            .Replace("--socketdir=/tmp", $"--socketdir={folder}", StringComparison.Ordinal);

        Task<ShellResult> StepAsync(string step) =>
            Shell.RunAsync(
                Path.Combine(Repository.Root, "tests", "postgres-versions", "upgrade.sh"),
                [step, folder.FullName, $"{port}", before, after, recipe]);
        async Task<string> BackUpAsync(string programs) => (await Shell.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "upgraded", Path.Combine(folder.FullName, "backups")],
            environment: new Dictionary<string,
                string?> { [ClientTools.FolderVariable] = programs, [BackupVictim.UrlVariable] = url.Reveal() })).Succeeded().Output;

        try
        {
            (await StepAsync("begin")).Succeeded();
            await using (var connection = await TestServer.ConnectAsync(url))
            {
                await using var command = new Npgsql.NpgsqlCommand("CREATE TABLE t AS SELECT generate_series(1, 100) AS id", connection);
                await command.ExecuteNonQueryAsync();
            }

            var first = await BackUpAsync(before);
            (await StepAsync("upgrade")).Succeeded();
            var second = await BackUpAsync(after);

            Assert.That(first, Does.StartWith("backup of 15"));
            Assert.That(second, Is.EqualTo("DBG0305\naccepted, tested, 100 rows\n"));
        }
        finally
        {
            await StepAsync("end");
            folder.Delete(recursive: true);
        }
    }

    static async Task HoldsAsync(int major, params string[] ways)
    {
        var folders = await PostgresVersion.InstallAsync(major);

        var result = await Shell.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "versions", major.ToString(CultureInfo.InvariantCulture),
                .. ways],
            environment: new Dictionary<string, string?> { [ClientTools.FolderVariable] = folders });

        var lines = result.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Does.StartWith($"{major}."), result.Everything);
        Assert.That(lines[1..], Has.Length.EqualTo(ways.Length), result.Everything);
        Assert.That(lines[1..], Has.All.Contains(": tested, restored, replaced, no difference"), result.Everything);
        Assert.That(
            lines[1..],
            major < 18
                ? Has.All.EndsWith("no difference")
                : Has.All.Match("no difference, DBG0710 As in the source, .*public.ne.ne_fk.*public.nn.c_nv"));
    }
}
