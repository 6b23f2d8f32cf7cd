using System.IO.Compression;
using System.Text;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Plain dumps without a manifest.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ForeignFiles
{
    const string Begin = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET client_encoding = 'UTF8';\n";
    const string Rows = "CREATE TABLE public.t (id int);\nCOPY public.t (id) FROM stdin;\n1\n2\n\\.\n\n";
    const string End = "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n";

    [Test]
    public async Task Are_restored_and_say_that_nothing_could_be_compared([Values] bool compressed)
    {
        await using var file = await ForeignFile.WriteAsync(Begin + Rows + End, compressed);

        var outcome = await file.RestoreAsync();

        await using var restored = new Dropped(file.Database.Url.WithDatabase(outcome.Database));
        Assert.That(await restored.ScalarAsync<long>("SELECT sum(id) FROM t"), Is.EqualTo(3));
        Assert.That(outcome.NotChecked, Has.One.Contains("no manifest"));
        Assert.That(outcome.Former, Is.Null);
    }

    [Test]
    public async Task With_a_byte_order_mark_are_restored()
    {
        await using var file = await ForeignFile.WriteAsync("\uFEFF" + Begin + Rows + End, compressed: false);

        var outcome = await file.RestoreAsync();

        await using var restored = new Dropped(file.Database.Url.WithDatabase(outcome.Database));
        Assert.That(await restored.ScalarAsync<long>("SELECT sum(id) FROM t"), Is.EqualTo(3));
    }

    [Test]
    public async Task Of_DbGate_without_their_manifest_are_restored()
    {
        await using var trial = await RestoreTrial.StartAsync();
        File.Delete($"{trial.ArchivePath}.manifest.json");
        await using var file = new ForeignFile(await TestDatabase.CreateAsync(), trial.ArchivePath);

        var outcome = await file.RestoreAsync();

        await using var restored = new Dropped(file.Database.Url.WithDatabase(outcome.Database));
        Assert.That(await restored.ScalarAsync<long>("SELECT count(*) FROM \"order\""), Is.EqualTo(20000));
        Assert.That(await restored.ScalarAsync<long>("SELECT count(lo_get(oid)) FROM pg_largeobject_metadata"), Is.EqualTo(1));
    }

    [Test]
    public async Task With_their_manifest_beside_are_compared()
    {
        await using var trial = await RestoreTrial.StartAsync();
        await using var file = new ForeignFile(await TestDatabase.CreateAsync(), trial.ArchivePath);

        var outcome = await file.RestoreAsync();

        await using var restored = new Dropped(file.Database.Url.WithDatabase(outcome.Database));
        Assert.That(outcome.Comparison?.Holds, Is.True);
    }

    /// <summary>A small file that inflates to one line, all of which psql would keep several times over.</summary>
    [Test]
    public async Task That_inflate_to_one_long_line_are_refused_before_psql_reads_them()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sql.gz");
        await using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Begin + "SELECT '"));
            var part = new byte[1 << 20];
            Array.Fill(part, (byte)'x');
            for (var sent = 0L; sent <= LineLimit.Default; sent += part.Length)
            {
                await gzip.WriteAsync(part);
            }

            await gzip.WriteAsync(Encoding.UTF8.GetBytes("';\n" + End));
        }

        await using var file = new ForeignFile(await TestDatabase.CreateAsync(), path);

        Assert.That(new FileInfo(path).Length, Is.LessThan(4 << 20));
        Assert.That(
            file.RestoreAsync,
            Failure.From(
                "DBG0715",
                problem => problem.Message.Contains("line of more than 256 MiB")
                    && $"{problem.Cause}".Contains($"the limit is {LineLimit.Default} bytes")
                    && !$"{problem.Cause}".Contains("damaged")));
    }

    [Test]
    public async Task That_lack_the_closing_comment_are_refused([Values] bool compressed)
    {
        await using var file = await ForeignFile.WriteAsync(Begin + Rows, compressed);

        Assert.That(file.RestoreAsync, Failure.From("DBG0715"));
        Assert.That(await file.LeftoversAsync(), Is.Zero);
    }

    [TestCase(1)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(20)]
    public async Task That_are_cut_within_gzip_are_refused(int missing)
    {
        await using var file = await ForeignFile.WriteAsync(Begin + Rows + End, compressed: true);
        var bytes = await File.ReadAllBytesAsync(file.Path);
        await File.WriteAllBytesAsync(file.Path, bytes[..^missing]);

        Assert.That(file.RestoreAsync, Failure.From("DBG0715"));
        Assert.That(await file.LeftoversAsync(), Is.Zero);
    }

    [Test]
    public async Task Of_several_gzip_members_are_restored_and_missed_when_the_last_one_is()
    {
        await using var file = await ForeignFile.WriteAsync(Begin + Rows, compressed: true);
        await using var second = await ForeignFile.WriteAsync(End, compressed: true);
        var first = await File.ReadAllBytesAsync(file.Path);
        Assert.That(file.RestoreAsync, Failure.From("DBG0715"));

        await File.WriteAllBytesAsync(file.Path, [.. first, .. await File.ReadAllBytesAsync(second.Path)]);
        var outcome = await file.RestoreAsync();

        await using var restored = new Dropped(file.Database.Url.WithDatabase(outcome.Database));
        Assert.That(await restored.ScalarAsync<long>("SELECT sum(id) FROM t"), Is.EqualTo(3));
    }

    [Test]
    public async Task In_a_custom_format_are_refused()
    {
        await using var file = await ForeignFile.WriteAsync("PGDMP" + Begin + End, compressed: false);

        Assert.That(
            file.RestoreAsync, Failure.From("DBG0715", problem => problem.Message.Contains("custom format", StringComparison.Ordinal)));
    }

    [TestCase("custom")]
    [TestCase("directory")]
    public async Task Of_pg_dumps_other_formats_are_restored_and_missed_when_they_are_cut(string format)
    {
        await using var source = await TestDatabase.CreateAsync();
        await source.ExecuteAsync(
            "CREATE TABLE t AS SELECT g id, md5(g::text) x FROM generate_series(1, 5000) g; CREATE INDEX ON t (id); SELECT "
                + "lo_from_bytea(4711, 'x')");
        var folder = Directory.CreateTempSubdirectory("dbgate-format-").FullName;
        var path = Path.Combine(folder, "dump");
        await using var file = new ForeignFile(await TestDatabase.CreateAsync(), path);
        await using (var environment = await DbGate.Postgres.LibpqEnvironment.CreateAsync(source.Url, CancellationToken.None))
        {
            await using var session = await DbGate.Postgres.Session.OpenAsync(source.Url, null, CancellationToken.None);
            var tool = await DbGate.Postgres.ClientTools.FindAsync("pg_dump", session.ServerMajor, CancellationToken.None);
            (await Shell.RunAsync(tool.Path, [$"--format={format}", "--file", path], environment: environment.Variables.ToDictionary()))
                .Succeeded();
        }

        var outcome = await file.RestoreAsync();

        await using var restored = new Dropped(file.Database.Url.WithDatabase(outcome.Database));
        Assert.That(await restored.ScalarAsync<long>("SELECT count(*) FROM t"), Is.EqualTo(5000));
        Assert.That(await restored.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"), Is.EqualTo(1));
        Assert.That(outcome.NotChecked, Has.One.Contains($"{format} format"));

        var rows = format == "custom" ? path : Directory.GetFiles(path, "*.dat.gz").MaxBy(name => new FileInfo(name).Length)!;
        await File.WriteAllBytesAsync(rows, (await File.ReadAllBytesAsync(rows))[..^2000]);
        Assert.That(
            file.RestoreAsync, Failure.From("DBG0715", problem => problem.Message.Contains($"{format} format", StringComparison.Ordinal)));
        Assert.That(await file.LeftoversAsync(), Is.EqualTo(1), "the first one");
        Directory.Delete(folder, recursive: true);
    }

    [TestCase("\\! touch /tmp/dbgate-was-here\n", "DBG0720")]
    [TestCase("SELECT 1 \\g /tmp/dbgate-was-here\n", "DBG0720")]
    [TestCase("\\unrestrict abc\n", "DBG0708")]
    public async Task That_command_psql_are_stopped(string command, string code)
    {
        await using var file = await ForeignFile.WriteAsync(Begin + Rows + command + End, compressed: true);

        Assert.That(file.RestoreAsync, Failure.From(code, problem => problem.Cause!.Contains("restrict", StringComparison.Ordinal)));
        Assert.That(File.Exists("/tmp/dbgate-was-here"), Is.False);
        Assert.That(await file.LeftoversAsync(), Is.Zero);
    }

    [Test]
    public async Task That_fail_in_the_middle_leave_nothing()
    {
        await using var file = await ForeignFile.WriteAsync(Begin + Rows + "SELECT 1/0;\n" + End, compressed: true);

        Assert.That(
            file.RestoreAsync, Failure.From("DBG0720", problem => problem.Cause!.Contains("division by zero", StringComparison.Ordinal)));
        Assert.That(await file.LeftoversAsync(), Is.Zero);
    }

    sealed class ForeignFile(TestDatabase database, string path) : IAsyncDisposable
    {
        public TestDatabase Database => database;

        public string Path => path;

        public static async Task<ForeignFile> WriteAsync(string text, bool compressed)
        {
            var path = System.IO.Path.GetTempFileName();
            await using (var file = File.Create(path))
            await using (var stream = compressed ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
            }

            return new(await TestDatabase.CreateAsync(), path);
        }

        public Task<RestoreOutcome> RestoreAsync() =>
            Restore.RunAsync(new() { File = path, Url = database.Url, IsProduction = true }, null, CancellationToken.None);

        public Task<long> LeftoversAsync() =>
            database.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname LIKE '{database.Name}\\_restore%'");

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }
}
