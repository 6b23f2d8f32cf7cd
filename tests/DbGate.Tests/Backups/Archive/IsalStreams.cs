using System.IO.Compression;
using System.Text;
using DbGate.Backups.Archive;
using DbGate.Backups.Archive.Isal;

namespace DbGate.Tests.Backups.Archive;

/// <summary>Where the system has ISA-L, what it makes is ordinary gzip.</summary>
public sealed class IsalStreams
{
    [SetUp]
    public void Demand()
    {
        if (!IsaL.IsUsable)
        {
            throw Counterpart.Missing("ISA-L is not installed", "apt-get install libisal2");
        }
    }

    [Test]
    public void Whatever_was_written_in_pieces_comes_back(
        [Values(0, 1, 4096, 131072, 131073, 3_000_000)] int length, [Values(1, 4093, 200_000)] int piece)
    {
        var text = Text(length);
        using var compressed = new MemoryStream();
        using (var stream = new IsalStream(compressed))
        {
            for (var i = 0; i < length; i += Math.Max(piece, length / 2000))
            {
                stream.Write(text.AsSpan(i, Math.Min(Math.Max(piece, length / 2000), length - i)));
            }
        }

        Assert.That(Plain(compressed.ToArray()).AsSpan().SequenceEqual(text), Is.True);
    }

    [Test]
    public void Bytes_without_any_order_come_back_too()
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);

        Assert.That(Plain(Compressed(bytes)), Is.EqualTo(bytes));
    }

    [Test]
    public void Members_behind_each_other_are_one_file() =>
        Assert.That(Encoding.ASCII.GetString(Plain([.. Compressed("one, "u8), .. Compressed("two"u8)])), Is.EqualTo("one, two"));

    [Test]
    public void It_is_as_small_as_the_level_that_it_stands_for()
    {
        var text = Text(3_000_000);

        Assert.That(Compressed(text), Has.Length.LessThan(Zlib(text, Compression.Usual).Length * 1.05));
    }

    [Test]
    public void The_same_text_makes_the_same_bytes()
    {
        var text = Text(500_000);
        var first = Compressed(text);

        Assert.That(Compressed(text), Is.EqualTo(first));
    }

    [Test]
    public void So_it_does_whatever_was_compressed_before()
    {
        var random = new Random(7);
        var text = Text(900);
        var first = Compressed(text);

        for (var i = 0; i < 100; i++)
        {
            var other = new byte[random.Next(1, 300_000)];
            random.NextBytes(other);
            Compressed(i % 2 == 0 ? other : Text(random.Next(1, 300_000)));
            Assert.That(Compressed(text), Is.EqualTo(first));
        }
    }

    static byte[] Compressed(ReadOnlySpan<byte> text)
    {
        using var compressed = new MemoryStream();
        using (var stream = new IsalStream(compressed))
        {
            stream.Write(text);
        }

        return compressed.ToArray();
    }

    static byte[] Zlib(byte[] text, int level)
    {
        using var compressed = new MemoryStream();
        using (var stream = new GZipStream(compressed, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            stream.Write(text);
        }

        return compressed.ToArray();
    }

    static byte[] Plain(byte[] compressed)
    {
        using var reader = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        reader.CopyTo(plain);
        return plain.ToArray();
    }

    static byte[] Text(int length)
    {
        var random = new Random(7);
        var text = new StringBuilder();
        for (var i = 0; text.Length < length; i++)
        {
            text.Append(i)
                .Append('\t')
                .Append(random.NextInt64())
                .Append("\tThe quick brown fox jumps over the lazy dog\t")
                .Append(i % 97)
                .Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
