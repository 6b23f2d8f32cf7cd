using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Storage.Local;
using DbGate.Problems;

namespace DbGate.Tests.Backups.Archive;

/// <summary>What was cut, altered or replaced is refused before a database gets one byte of it.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Damaged_archives
{
    BackupTrial trial = null!;
    BackupOutcome backup = null!;

    [OneTimeSetUp]
    public async Task TakeAsync()
    {
        trial = await BackupTrial.StartAsync(
            """
            CREATE TABLE a (t text); INSERT INTO a SELECT md5(g::text) FROM generate_series(1, 3000) g;
            CREATE TABLE b (t text); INSERT INTO b SELECT md5(g::text) FROM generate_series(1, 3000) g;
            CREATE TABLE none (t text);
            """);
        backup = await trial.TakeAsync(new() { MemberBytes = 10_000, SliceBytes = 20_000 });
    }

    [OneTimeTearDown]
    public async Task DisposeAsync() => await trial.DisposeAsync();

    [Test]
    public async Task Not_damaged_is_accepted() =>
        await new ArchiveReader(trial.Store, backup.Manifest).VerifyAsync(CancellationToken.None);

    [Test]
    public async Task Agrees_with_sha256sum_and_gunzip()
    {
        var file = trial.PathOf(backup);

        Assert.That((await Shell.RunAsync("sha256sum", [file])).Output.Split(' ')[0], Is.EqualTo(backup.Manifest.Archive.Sha256));
        Assert.That((await Shell.RunAsync("gunzip", ["-t", file])).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Cut_in_the_middle() => Assert.That(await VerifiedAsync(bytes => bytes[..^7]), Is.EqualTo("DBG0322"));

    [Test]
    public async Task Cut_at_the_border_of_a_member()
    {
        var last = new ArchiveReader(trial.Store, backup.Manifest).Members[^1];

        Assert.That(await VerifiedAsync(bytes => bytes[..(int)last.Offset]), Is.EqualTo("DBG0322"));
    }

    [Test]
    public async Task Longer() => Assert.That(await VerifiedAsync(bytes => [.. bytes, 0]), Is.EqualTo("DBG0322"));

    [Test]
    public async Task Missing() => Assert.That(await VerifiedAsync(_ => null), Is.EqualTo("DBG0322"));

    [Test]
    public async Task With_any_single_bit_flipped()
    {
        var length = (int)backup.Manifest.Archive.Length;
        for (var at = 0; at < length; at += Math.Max(1, length / 97))
        {
            Assert.That(await VerifiedAsync(bytes =>
            {
                bytes[at] ^= 0x10;
                return bytes;
            }), Is.EqualTo("DBG0323"), $"byte {at}");
        }
    }

    [Test]
    public async Task Of_another_backup()
    {
        var other = await trial.TakeAsync();

        Assert.That(await VerifiedAsync(_ => File.ReadAllBytes(trial.PathOf(other))), Is.EqualTo("DBG0322"));
    }

    [Test]
    public async Task Give_the_rows_of_whole_members_and_not_one_byte_of_a_damaged_one()
    {
        var table = new ArchiveReader(trial.Store, backup.Manifest).Table("public", "b");
        var damaged = new ArchiveReader(trial.Store, backup.Manifest).Members[table.FirstMember + 1];
        await using var copy = await CopyAsync(bytes =>
        {
            bytes[damaged.Offset + 20] ^= 1;
            return bytes;
        });
        var reader = new ArchiveReader(copy.Store, backup.Manifest);

        await using var rows = reader.OpenTable(table);
        var buffer = new byte[1 << 20];
        var read = 0;
        var problem = Assert.ThrowsAsync<GateException>(async () =>
        {
            for (int more; (more = await rows.ReadAsync(buffer.AsMemory(read))) > 0;)
            {
                read += more;
            }
        })!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0323"));
        Assert.That(read, Is.EqualTo(reader.Members[table.FirstMember].PlainLength), "the member before");
        await using var whole = new StreamReader(reader.OpenTable(reader.Table("public", "a"))).BaseStream;
        await whole.CopyToAsync(Stream.Null);
    }

    [Test]
    public async Task Tables_are_read_by_their_own_members()
    {
        var reader = new ArchiveReader(trial.Store, backup.Manifest);
        var table = reader.Table("public", "a");
        var digester = new RowDigester();
        var statements = 0;
        using var text = new StreamReader(reader.OpenTable(table));
        while (await text.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("COPY ", StringComparison.Ordinal))
            {
                statements++;
            }
            else if (line is not ("" or "\\."))
            {
                digester.Append(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
            }
        }

        Assert.That((statements, digester.Take()), Is.EqualTo((table.MemberCount, table.Digest)));
        Assert.That(reader.OpenTable(reader.Table("public", "none")).ReadByte(), Is.EqualTo(-1));
        Assert.That(Assert.Throws<GateException>(() => reader.Table("public", "c"))!.Problem.Code.Id, Is.EqualTo("DBG0326"));
    }

    [Test]
    public void Parts_of_a_kind_are_read_together()
    {
        using var footer = new StreamReader(new ArchiveReader(trial.Store, backup.Manifest).OpenParts(PartKind.Footer));

        Assert.That(footer.ReadToEnd(), Does.Contain("-- PostgreSQL database dump complete\n"));
    }

    async Task<string?> VerifiedAsync(Func<byte[], byte[]?> change)
    {
        await using var copy = await CopyAsync(change);
        try
        {
            await new ArchiveReader(copy.Store, backup.Manifest).VerifyAsync(CancellationToken.None);
            return null;
        }
        catch (GateException fault)
        {
            return fault.Problem.Code.Id;
        }
    }

    async Task<Copy> CopyAsync(Func<byte[], byte[]?> change)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-damaged-");
        if (change(await File.ReadAllBytesAsync(trial.PathOf(backup))) is { } bytes)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, backup.Key), bytes);
        }

        return new(folder);
    }

    sealed class Copy(DirectoryInfo folder) : IAsyncDisposable
    {
        public LocalStore Store => new(folder.FullName);

        public ValueTask DisposeAsync()
        {
            folder.Delete(recursive: true);
            return default;
        }
    }
}
