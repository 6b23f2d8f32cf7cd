using System.Text;
using CsCheck;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;

namespace DbGate.Tests.Backups.Dump;

/// <summary>What comes from psql and pg_dump is taken apart byte for byte, however the bytes arrive.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class Streams
{
    const string Token = "0123456789abcdef0123456789abcdef";

    // COPY text: a backslash is only before b f n r t v N and itself; \. and \@ cannot occur at the begin of a line.
    static readonly Gen<string> Line = Gen.OneOf(
        Gen.Const("\\N"), Gen.Const("\\\\."), Gen.Const("\\\\@" + Token), Gen.Const(""), Gen.Const("COPY public.t FROM stdin;"),
        Gen.String[Gen.Char["abc\té €;'\""], 0, 60]);

    static readonly Gen<string[]> Lines = Line.Array[0, 40];

    [Test]
    public void Psql_rows_end_at_the_marker() =>
        Gen.Select(Lines, Lines, Gen.Int[1, 70], Gen.Int[64, 300]).Sample((first, second, piece, buffer) =>
    {
        var (one, two) = (Rows(first), Rows(second));
        using var stream = Arriving($"{one}\\@{Token} {first.Length}\n{two}\\@{Token} {second.Length}\n", piece);
        var copy = new CopyStream(stream, Encoding.ASCII.GetBytes(Token), buffer);
        var (sinkOne, sinkTwo) = (new Kept(), new Kept());

        return copy.ReadRows(sinkOne) == first.Length
            && sinkOne.Text == one
            && copy.ReadRows(sinkTwo) == second.Length
            && sinkTwo.Text == two;
    });

    [Test]
    public void Psql_rows_without_a_marker_are_a_failure() => Gen.Select(Lines, Gen.Int[1, 70]).Sample((lines, piece) =>
    {
        using var stream = Arriving(Rows(lines), piece);

        return new CopyStream(stream, Encoding.ASCII.GetBytes(Token), 128).ReadRows(new Kept()) is null;
    });

    [Test]
    public void A_marker_of_another_token_is_a_failure()
    {
        using var stream = Arriving($"a\n\\@{new string('f', 32)} 1\n", 10);

        Assert.That(new CopyStream(stream, Encoding.ASCII.GetBytes(Token)).ReadRows(new Kept()), Is.Null);
    }

    [Test]
    public void A_row_longer_than_the_buffer_passes_through()
    {
        var row = new string('x', 100_000) + "\n";
        using var stream = Arriving($"{row}\\@{Token} 1\n", 1000);
        var sink = new Kept();

        Assert.That(new CopyStream(stream, Encoding.ASCII.GetBytes(Token), 256).ReadRows(sink), Is.EqualTo(1));
        Assert.That(sink.Text, Is.EqualTo(row));
    }

    [Test]
    public void Pg_dump_rows_stand_between_their_statement_and_the_end() =>
        Gen.Select(Lines, Lines, Gen.Int[1, 70]).Sample((first, second, piece) =>
    {
        const string one = "COPY public.one (id) FROM stdin;\n";
        const string two = "COPY public.\"t\nCOPY wo\" (id) FROM stdin;\n";
        using var stream = Arriving(
            $"--\n-- COPY public.one (id) FROM stdin;\n\nSET x = 0;\n{one}{Rows(first)}\\.\n\n\n--\n{two}{Rows(second)}\\.\n\n--\n-- "
                + "PostgreSQL database dump complete\n--\n\n",
            piece);
        var data = new TableDataStream(stream);
        var expected = new HashSet<string> { one, two };
        var (sinkOne, sinkTwo) = (new Kept(), new Kept());

        return data.ReadStatement(expected) == one && data.ReadRows(sinkOne) && sinkOne.Text == Rows(first)
            && data.ReadStatement(expected) == two && data.ReadRows(sinkTwo) && sinkTwo.Text == Rows(second)
            && data.SkipToFooter();
    });

    [Test]
    public void Pg_dump_rows_that_are_cut_are_a_failure()
    {
        using var stream = Arriving("COPY t FROM stdin;\n1\n2\n", 5);
        var data = new TableDataStream(stream);

        Assert.That(data.ReadStatement(new HashSet<string> { "COPY t FROM stdin;\n" }), Is.Not.Null);
        Assert.That(data.ReadRows(new Kept()), Is.False);
        Assert.That(data.SkipToFooter(), Is.False);
    }

    [Test]
    public void Sections_lose_only_what_may_stand_once() => Gen.Select(Lines, Gen.Int[1, 400]).Sample((lines, piece) =>
    {
        var body = Rows([.. lines, .. Enumerable.Repeat("CREATE TABLE t ();", 50)]);
        const string head = "--\n-- PostgreSQL database dump\n--\n\n";
        using var stream =
            Arriving($"{head}\\restrict KEY\n\n{body}--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict KEY\n\n", piece);
        using var written = new MemoryStream();

        return new SectionStream(stream, "KEY").CopyTo(text => written.Write(text))
            && Encoding.UTF8.GetString(written.ToArray()) == head + body;
    });

    [Test]
    public void Sections_that_are_cut_anywhere_are_a_failure()
    {
        var whole = $"--\n-- PostgreSQL database dump\n--\n\n{new string('\n', 2000)}--\n-- PostgreSQL database dump complete\n--";
        Gen.Int[0, whole.Length - 1].Sample(length =>
        {
            using var stream = Arriving(whole[..length], 100);
            return !new SectionStream(stream, null).CopyTo(_ => { });
        });
    }

    [Test]
    public void Large_objects_are_digested_block_by_block()
    {
        const string one =
            "SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x01');\nSELECT pg_catalog.lo_close(0);\n";
        const string two =
            "SELECT pg_catalog.lo_open('2', 131072);\nSELECT pg_catalog.lowrite(0, '\\x02');\nSELECT pg_catalog.lo_close(0);\n";
        var swapped = one.Replace("x01", "x02", StringComparison.Ordinal) + two.Replace("x02", "x01", StringComparison.Ordinal);

        Assert.That(Objects(one + two), Is.EqualTo(Objects(two + one)));
        Assert.That(Objects(swapped), Is.Not.EqualTo(Objects(one + two)), "contents that changed places");
        Assert.That(
            Objects("SELECT pg_catalog.lo_open('3', 131072);\nSELECT pg_catalog.lo_close(0);\n").Rows, Is.EqualTo(1),
            "an empty one counts");
    }

    static TableDigest Objects(string text)
    {
        var digester = new LargeObjectDigester();
        foreach (var piece in Encoding.ASCII.GetBytes(text).Chunk(7))
        {
            digester.Append(piece);
        }

        return digester.Digest;
    }

    static string Rows(string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    static Trickle Arriving(string text, int piece) => new(Encoding.UTF8.GetBytes(text), piece);

    sealed class Kept : IRowSink
    {
        readonly MemoryStream bytes = new();

        public string Text => Encoding.UTF8.GetString(bytes.ToArray());

        public void WriteRows(ReadOnlySpan<byte> rows) => bytes.Write(rows);
    }

    sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
