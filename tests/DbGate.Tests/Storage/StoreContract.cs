using System.Security.Cryptography;
using DbGate.Storage;

namespace DbGate.Tests.Storage;

/// <summary>What holds for every store.</summary>
abstract class StoreContract
{
    const string Key = "prod/shop_production_20261122_060000.sql.gz";

    static CancellationToken Never => CancellationToken.None;

    protected abstract IObjectStore Store { get; }

    /// <summary>More than one part, and no multiple of any part's size.</summary>
    protected virtual int LargeLength => (11 << 20) + 12345;

    [Test]
    public async Task Keeps_what_was_written()
    {
        var stored = await Store.WriteBytesAsync(Key, "select 1;"u8.ToArray(), Never);

        Assert.That(await Store.ReadBytesAsync(Key, 100, Never), Is.EqualTo("select 1;"u8.ToArray()));
        Assert.That(stored.Key, Is.EqualTo(Key));
        Assert.That(stored.Length, Is.EqualTo(9));
    }

    [Test]
    public async Task Keeps_a_large_object_written_in_odd_pieces()
    {
        var bytes = Random(LargeLength);

        await WriteInPiecesAsync(Key, bytes, 777_777);

        Assert.That(Digest(await ReadAsync(Key, 0, null)), Is.EqualTo(Digest(bytes)));
    }

    [Test]
    public async Task Keeps_an_empty_object()
    {
        await Store.WriteBytesAsync(Key, Array.Empty<byte>(), Never);

        Assert.That(await Store.ReadBytesAsync(Key, 100, Never), Is.Empty);
        Assert.That((await Store.HeadAsync(Key, Never))!.Length, Is.Zero);
    }

    [Test]
    public async Task Describes_what_it_stored()
    {
        var stored = await Store.WriteBytesAsync(Key, new byte[42], Never);

        Assert.That(await Store.HeadAsync(Key, Never), Is.EqualTo(stored));
    }

    [Test]
    public async Task Shows_nothing_before_the_object_is_complete()
    {
        await using var writer = await Store.CreateAsync(Key, Never);
        await writer.WriteAsync(Random(LargeLength), Never);

        Assert.That(await Store.HeadAsync(Key, Never), Is.Null);
        Assert.That(await KeysAsync(string.Empty), Is.Empty);
    }

    [Test]
    public async Task Leaves_nothing_of_a_writer_that_did_not_complete()
    {
        await using (var writer = await Store.CreateAsync(Key, Never))
        {
            await writer.WriteAsync(Random(LargeLength), Never);
        }

        Assert.That(await KeysAsync(string.Empty), Is.Empty);
        Assert.That(await UnfinishedAsync(), Is.Empty);
    }

    [Test]
    public async Task Leaves_nothing_of_a_cancelled_write()
    {
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), async () =>
        {
            await using var writer = await Store.CreateAsync(Key, cancel.Token);
            await writer.WriteAsync(Random(LargeLength), cancel.Token);
            await cancel.CancelAsync();
            await writer.CompleteAsync(cancel.Token);
        });

        Assert.That(await KeysAsync(string.Empty), Is.Empty);
        Assert.That(await UnfinishedAsync(), Is.Empty);
    }

    [Test]
    public async Task Refuses_a_name_that_is_taken()
    {
        await Store.WriteBytesAsync(Key, "first"u8.ToArray(), Never);

        Assert.That(async () => await Store.CreateAsync(Key, Never), Fails.With("DBG0341"));
        Assert.That(await Store.ReadBytesAsync(Key, 100, Never), Is.EqualTo("first"u8.ToArray()));
    }

    [TestCase(3)]
    [TestCase(11 << 20)]
    public async Task Lets_one_of_two_writers_win(int length)
    {
        await using var first = await Store.CreateAsync(Key, Never);
        await using var second = await Store.CreateAsync(Key, Never);
        var winning = Random(length);
        await first.WriteAsync(winning, Never);
        await second.WriteAsync(new byte[length], Never);
        await first.CompleteAsync(Never);

        Assert.That(async () => await second.CompleteAsync(Never), Fails.With("DBG0341"));
        Assert.That(Digest(await ReadAsync(Key, 0, null)), Is.EqualTo(Digest(winning)));
    }

    [TestCase(0, 0, 0)]
    [TestCase(0, 10, 10)]
    [TestCase(3_000_000, 4_000_000, 4_000_000)]
    [TestCase(4_999_990, 10, 10)]
    [TestCase(4_999_990, 1_000, 10)]
    [TestCase(4_999_990, null, 10)]
    [TestCase(5_000_000, null, 0)]
    [TestCase(5_000_000, 10, 0)]
    public async Task Reads_a_range(int offset, int? length, int expected)
    {
        var bytes = Random(5_000_000);
        expected = Math.Min(expected, bytes.Length - offset);
        await Store.WriteBytesAsync(Key, bytes, Never);

        Assert.That(Digest(await ReadAsync(Key, offset, length)), Is.EqualTo(Digest(bytes[offset..(offset + expected)])));
    }

    [Test]
    public async Task Lists_by_prefix_in_order()
    {
        foreach (var key in (string[])["b/2.json", "a/1.json", "b/10.json", "b.json", "b/1.json", "bb/1.json"])
        {
            await Store.WriteBytesAsync(key, new byte[1], Never);
        }

        Assert.That(await KeysAsync("b/"), Is.EqualTo(["b/1.json", "b/10.json", "b/2.json"]));
        Assert.That(await KeysAsync("b/1"), Is.EqualTo(["b/1.json", "b/10.json"]));
        Assert.That(await KeysAsync("nothing/"), Is.Empty);
        Assert.That(await KeysAsync(string.Empty), Is.EqualTo(["a/1.json", "b.json", "b/1.json", "b/10.json", "b/2.json", "bb/1.json"]));
    }

    [Test]
    public async Task Deletes_what_was_named_and_nothing_else()
    {
        var doomed = await Store.WriteBytesAsync("a/1.json", new byte[1], Never);
        await Store.WriteBytesAsync("a/10.json", new byte[1], Never);

        await Store.DeleteAsync(doomed, Never);

        Assert.That(await KeysAsync(string.Empty), Is.EqualTo(["a/10.json"]));
    }

    [Test]
    public async Task Deletes_twice_without_complaint()
    {
        var doomed = await Store.WriteBytesAsync("a/1.json", new byte[1], Never);
        await Store.DeleteAsync(doomed, Never);

        Assert.That(async () => await Store.DeleteAsync(doomed, Never), Throws.Nothing);
    }

    [Test]
    public async Task Knows_what_is_not_there()
    {
        Assert.That(await Store.HeadAsync("nothing.json", Never), Is.Null);
        Assert.That(async () => await Store.OpenReadAsync("nothing.json", 0, null, Never), Fails.With("DBG0342"));
    }

    [Test]
    public async Task Refuses_a_record_longer_than_its_limit()
    {
        await Store.WriteBytesAsync("a.json", new byte[101], Never);

        Assert.That(async () => await Store.ReadBytesAsync("a.json", 100, Never), Fails.With("DBG0357"));
    }

    [TestCase("")]
    [TestCase("/etc/passwd")]
    [TestCase("../neighbour.sql.gz")]
    [TestCase("a/../../b")]
    [TestCase("a//b")]
    [TestCase("a/")]
    [TestCase(".hidden")]
    [TestCase("C:/x")]
    [TestCase("a\\b")]
    [TestCase("a b")]
    [TestCase("a\nb")]
    [TestCase("a\0b")]
    [TestCase("naïve")]
    public void Refuses_a_key(string key)
    {
        Assert.That(async () => await Store.CreateAsync(key, Never), Fails.With("DBG0340"));
        Assert.That(async () => await Store.OpenReadAsync(key, 0, null, Never), Fails.With("DBG0340"));
        Assert.That(async () => await Store.HeadAsync(key, Never), Fails.With("DBG0340"));
        Assert.That(async () => await Store.DeleteAsync(new(key, 1, default, null, null), Never), Fails.With("DBG0340"));
    }

    [Test]
    public void Refuses_a_foreign_prefix() =>
        Assert.That(async () => await KeysAsync("../"), Fails.With("DBG0340"));

    [Test]
    public async Task Tells_the_time_that_its_objects_are_dated_with()
    {
        var before = await Store.ReadClockAsync(Never);
        var stored = await Store.WriteBytesAsync(Key, new byte[1], Never);
        var after = await Store.ReadClockAsync(Never);

        // HTTP dates are whole seconds.
        Assert.That(stored.LastModified, Is.InRange(before.AddSeconds(-1), after.AddSeconds(1)));
    }

    protected static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Length and SHA-256: a difference shows in one line.</summary>
    protected static string Digest(byte[] bytes) => $"{bytes.Length} bytes, sha256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    protected async Task WriteInPiecesAsync(string key, byte[] bytes, int piece)
    {
        await using var writer = await Store.CreateAsync(key, Never);
        foreach (var chunk in bytes.Chunk(piece))
        {
            await writer.WriteAsync(chunk, Never);
            chunk.AsSpan().Clear();
        }

        await writer.CompleteAsync(Never);
    }

    protected async Task<byte[]> ReadAsync(string key, long offset, long? length)
    {
        await using var stream = await Store.OpenReadAsync(key, offset, length, Never);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Never);
        return bytes.ToArray();
    }

    protected async Task<IReadOnlyList<string>> KeysAsync(string prefix) =>
        await Store.ListAsync(prefix, Never).Select(found => found.Key).ToListAsync();

    protected async Task<IReadOnlyList<UnfinishedUpload>> UnfinishedAsync() =>
        Store is IUnfinishedUploads store ? await store.ListUnfinishedAsync(Never).ToListAsync() : [];
}
