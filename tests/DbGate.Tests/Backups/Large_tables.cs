using System.Text.Json;
using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Backups;

/// <summary>
/// Tables of more than a quarter of <c>shared_buffers</c>, which are read whole at the same time and are written into the file in turns.
/// </summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class Large_tables
{
    static readonly ThrowawayOptions SmallCache = new() { Settings = new Dictionary<string, string> { ["shared_buffers"] = "128kB" } };

    ThrowawayServer server = null!;
    BackupTrial trial = null!;
    BackupOutcome backup = null!;

    [OneTimeSetUp]
    public async Task TakeAsync()
    {
        server = await TestServer.StartLocalAsync(SmallCache);
        trial = BackupTrial.From(await TestDatabase.CreateAsync(server.Url));
        await trial.Source.ExecuteAsync(
            """
            CREATE TABLE b (id int PRIMARY KEY, t text);
            INSERT INTO b SELECT g, string_agg(md5(g || 'b' || i), '') FROM generate_series(1, 20000) g, generate_series(1, 12) i GROUP BY g;
            CREATE TABLE a (id int PRIMARY KEY, t text);
            INSERT INTO a SELECT g, string_agg(md5(g || 'a' || i), '') FROM generate_series(1, 20000) g, generate_series(1, 12) i GROUP BY g;
            CREATE TABLE small (id int); INSERT INTO small SELECT generate_series(1, 10);
            CREATE TABLE none (id int);
            """);

        // Both fit into memory. Nothing is written before their sessions have read them and ended (only then the server counts), so each
        // has runs that wait.
        var store = new GatedStore(trial.Store);
        var options = new DumpOptions { Jobs = 2, RunBytes = 64 * 1024, MemberBytes = 64 * 1024, SliceBytes = 64 * 1024 };
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = options }, null, CancellationToken.None);
        await Eventually.HoldsAsync(async () => running.IsFaulted || await trial.Source.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_user_tables WHERE relname IN ('a', 'b') AND seq_tup_read >= 20000") == 2);
        store.Open();
        backup = await running;
    }

    [OneTimeTearDown]
    public async Task DisposeAsync()
    {
        await trial.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public void Stand_in_the_file_in_turns()
    {
        var schema =
            new JsonSchema(
                JsonDocument.Parse(
                    File.ReadAllText(Path.Combine(Repository.Root, "docs/schemas/backup-manifest.schema.json"))).RootElement);

        Assert.That(
            backup.Manifest.Tables.Select(table => table.Name), Is.EqualTo(new[] { "a", "b", "none", "small" }), "by name all the same");
        Assert.That(
            backup.Manifest.Tables.Where(table => table.MoreMembers is not null).Select(table => table.Name),
            Is.SupersetOf(new[] { "a" }).Or.SupersetOf(new[] { "b" }));
        Assert.That(schema.Validate(JsonDocument.Parse(backup.File.Bytes).RootElement), Is.Empty);
    }

    [Test]
    public async Task Are_restored_by_gunzip_and_psql()
    {
        var restored = await trial.RestoreAsync(backup);

        Assert.That((await DatabaseDigest.ReadAsync(restored.Url, new(), null, CancellationToken.None)).Compare(backup.Manifest), Is.Empty);
        Assert.That(await BackupTrial.DumpAsync(restored), Is.EqualTo(await BackupTrial.DumpAsync(trial.Source)));
    }

    [Test]
    public async Task Hold_the_same_rows_however_they_are_read([Values] DumpReader reader, [Values(1, 3)] int jobs)
    {
        var digest =
            await DatabaseDigest.ReadAsync(
                trial.Source.Url, new() { Reader = reader, Jobs = jobs, SliceBytes = 64 * 1024 }, null, CancellationToken.None);

        Assert.That(digest.Compare(backup.Manifest), Is.Empty);
    }

    [Test]
    public async Task Are_restored_one_by_one()
    {
        foreach (var table in new[] { "public.a", "public.b" })
        {
            var outcome = await Restore.RunAsync(
                new()
                {
                    Backup = new(trial.Store, "staging") { Key = backup.Key },
                    Url = trial.Source.Url,
                    IsProduction = false,
                    Tables = [table],
                    Options = new() { SliceBytes = 128 * 1024, Jobs = 2 },
                }, null, CancellationToken.None);
            await using var session =
                await Session.OpenAsync(trial.Source.Url.WithDatabase(outcome.Database), null, CancellationToken.None);

            Assert.That(await session.ScalarAsync<long>($"SELECT count(*) FROM {table}", CancellationToken.None), Is.EqualTo(20_000));
        }
    }

    [Test]
    public async Task Are_given_one_by_one_to_tail_head_and_gunzip_as_the_docs_say([Values("a", "b")] string table)
    {
        var recipe = string.Join('\n', (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs/reference/backup-format.md")))
            .SkipWhile(line => !line.Contains(".moreMembers[]?", StringComparison.Ordinal)
                && !line.StartsWith("    jq -r '. as $m", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)))
            .Replace("\"orders\"", $"\"{table}\"", StringComparison.Ordinal)
            .Replace("psql -X -v ON_ERROR_STOP=1 -d shop_restored", "grep -c -E '^[0-9]+.[0-9a-f]{384}$'", StringComparison.Ordinal);

        var result = await Shell.RunAsync("bash", ["-c", $"F={backup.Key}\n{recipe}"], trial.Folder);

        Assert.That(result.Output.Trim(), Is.EqualTo("20000"), result.Everything);
    }

    [Test]
    public void Are_compared_member_by_member_in_every_run()
    {
        var table = backup.Manifest.Tables.First(table => table.MoreMembers is not null);
        var last = table.Members.Last();
        var folder = Directory.CreateTempSubdirectory("dbgate-damaged-");
        try
        {
            var bytes = File.ReadAllBytes(trial.PathOf(backup));
            var reader = new ArchiveReader(trial.Store, backup.Manifest);
            bytes[reader.Members[last.First].Offset + 20] ^= 1;
            File.WriteAllBytes(Path.Combine(folder.FullName, backup.Key), bytes);
            var damaged = new ArchiveReader(new DbGate.Storage.Local.LocalStore(folder.FullName), backup.Manifest);

            using var rows = damaged.OpenTable(table);
            var problem = Assert.Throws<GateException>(() => rows.CopyTo(Stream.Null))!.Problem;

            Assert.That(problem.Code.Id, Is.EqualTo("DBG0323"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
