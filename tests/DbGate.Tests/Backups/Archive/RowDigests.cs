using System.Text;
using CsCheck;
using DbGate.Backups.Archive;

namespace DbGate.Tests.Backups.Archive;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RowDigests
{
    static readonly Gen<string[]> Rows = Gen.String[Gen.Char["ab\\\té€"], 0, 40].Array[0, 30];

    [Test]
    public void Are_XXH3_of_each_line_added_up()
    {
        // The published test vector of XXH3-128 for no bytes with seed 0: 99aa06d3014798d86001c324468d497f.
        Assert.That(TableDigest.Empty.Add([]).Hash, Is.EqualTo("99aa06d3014798d86001c324468d497f"));
        Assert.That(TableDigest.Empty.Add([]).Add([]).Hash, Is.EqualTo("33540da6028f31b0c00386488d1a92fe"));
    }

    [Test]
    public void Do_not_depend_on_the_order_of_the_rows() => Rows.Sample(rows =>
    {
        var shuffled = rows.Reverse().ToArray();

        return Digest(rows, int.MaxValue) == Digest(shuffled, int.MaxValue);
    });

    [Test]
    public void Do_not_depend_on_how_the_bytes_arrive() => Gen.Select(Rows, Gen.Int[1, 50]).Sample((rows, piece) =>
        Digest(rows, piece) == Digest(rows, int.MaxValue));

    [Test]
    public void Of_parts_add_up_to_the_whole() => Gen.Select(Rows, Rows).Sample((first, second) =>
        Digest(first, 7) + Digest(second, 9) == Digest([.. first, .. second], int.MaxValue));

    [Test]
    public void Notice_a_row_that_occurs_twice_instead_of_another() =>
        Assert.That(Digest(["a", "a", "b", "b"], 100), Is.Not.EqualTo(Digest(["a", "a", "a", "a"], 100)));

    [Test]
    public void Notice_one_changed_character() => Gen.Select(Rows.Where(rows => rows.Length > 0), Gen.Int[0, 1000]).Sample((rows, at) =>
    {
        var changed = rows.ToArray();
        changed[at % rows.Length] += "x";

        return Digest(rows, 100) != Digest(changed, 100);
    });

    [Test]
    public void Are_read_back_from_their_text()
    {
        var digest = Digest(["one", "two"], 100);

        Assert.That(TableDigest.Parse(digest.Rows, digest.Hash), Is.EqualTo(digest));
    }

    [Test]
    public void Refuse_to_end_in_the_middle_of_a_row()
    {
        var digester = new RowDigester();
        digester.Append("half"u8);

        Assert.That(digester.Take, Throws.InvalidOperationException);
    }

    static TableDigest Digest(string[] rows, int piece)
    {
        var digester = new RowDigester();
        var bytes = Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row + "\n")));
        foreach (var part in bytes.Chunk(Math.Min(piece, Math.Max(1, bytes.Length))))
        {
            digester.Append(part);
        }

        return digester.Take();
    }
}
