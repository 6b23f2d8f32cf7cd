using System.IO.Compression;
using System.Text;
using CsCheck;
using DbGate.Backups.Archive;

namespace DbGate.Tests.Backups.Archive;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class Parts_in_order
{
    [Test]
    public async Task Stand_in_the_file_in_their_order_whoever_is_faster([Values(1, 2, 4)] int jobs, [Values(64 * 1024, 1 << 20)] int hold)
    {
        const int parts = 40;
        var sequencer = new PartSequencer(hold);
        using var file = new MemoryStream();
        var next = -1;
        var workers = Enumerable.Range(0, jobs).Select(job => Task.Factory.StartNew(
            () =>
            {
                for (int order; (order = Interlocked.Increment(ref next)) < parts;)
                {
                    using var writer = new PartWriter(sequencer, order, new Compression(1), 64 * 1024);
                    writer.BeginRows(Encoding.ASCII.GetBytes($"COPY t{order} FROM stdin;\n"));
                    writer.WriteRows(Random(order, 300_000 / ((order % 7) + 1)));
                    writer.EndRows();
                    writer.Complete();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        await Task.WhenAll([
            sequencer.DrainAsync(parts, (block, _) =>
            {
                file.Write(block.Span);
                return ValueTask.CompletedTask;
            }, CancellationToken.None),
            .. workers]);

        file.Position = 0;
        using var plain = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var statements = (await plain.ReadToEndAsync()).Split('\n').Where(line => line.StartsWith("COPY", StringComparison.Ordinal)).Distinct();
        Assert.That(statements, Is.EqualTo(Enumerable.Range(0, parts).Select(order => $"COPY t{order} FROM stdin;")));
    }

    [Test]
    public void A_failure_wakes_whoever_waits()
    {
        var sequencer = new PartSequencer(64 * 1024);
        var waiting = Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                sequencer.Push(1, PartSequencer.Rent());
            }
        });

        sequencer.Fail(new IOException("disk full"));

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Members_hold_whole_rows_as_a_statement_each() => Gen.Int[1, 5000].Array[1, 40].Sample(lengths =>
    {
        var sequencer = new PartSequencer(64 << 20);
        using var writer = new PartWriter(sequencer, 0, new Compression(null), 4096);
        var rows = Encoding.ASCII.GetBytes(string.Concat(lengths.Select(length => new string('r', length) + "\n")));
        writer.BeginRows("COPY t FROM stdin;\n"u8.ToArray());
        foreach (var piece in rows.Chunk(1000))
        {
            writer.WriteRows(piece);
        }

        var digest = writer.EndRows();
        writer.Complete();
        using var file = new MemoryStream();
        sequencer.DrainAsync(1, (block, _) =>
        {
            file.Write(block.Span);
            return ValueTask.CompletedTask;
        }, CancellationToken.None).GetAwaiter().GetResult();

        var texts = writer.Members.Select(member =>
        {
            using var gzip = new GZipStream(new MemoryStream(file.ToArray(), (int)member.Offset, (int)member.Length), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            return reader.ReadToEnd();
        }).ToArray();
        var restored = string.Concat(texts.Select(text => text["COPY t FROM stdin;\n".Length..^"\\.\n\n".Length]));

        return restored == Encoding.ASCII.GetString(rows)
            && texts.All(text => text.StartsWith("COPY t FROM stdin;\n", StringComparison.Ordinal) && text.EndsWith("\n\\.\n\n", StringComparison.Ordinal))
            && digest.Rows == lengths.Length
            && writer.Members.Sum(member => member.Digest.Rows) == lengths.Length
            && writer.Members.Sum(member => member.Length) == file.Length;
    });

    [Test]
    public void The_level_rises_only_while_the_store_is_the_bottleneck()
    {
        var compression = new Compression(null, Compression.Usual);

        compression.Observe(0.9);
        var slow = compression.Level;
        compression.Begin(Stream.Null).Dispose();
        compression.Observe(0.0);
        compression.Begin(Stream.Null).Dispose();

        Assert.That((slow, compression.Level, compression.Used), Is.EqualTo((6, 2, "zlib 2, zlib 6")));
    }

    [Test]
    public void A_fixed_level_stays()
    {
        var compression = new Compression(9);

        compression.Observe(1);
        compression.Begin(Stream.Null).Dispose();

        Assert.That((compression.Level, compression.Used), Is.EqualTo((9, "zlib 9")));
    }

    static byte[] Random(int seed, int length)
    {
        var random = new Random(seed);
        var text = new byte[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = i % 50 == 49 ? (byte)'\n' : (byte)('a' + random.Next(16));
        }

        text[^1] = (byte)'\n';
        return text;
    }
}
