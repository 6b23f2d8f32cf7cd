using System.Security.Cryptography;
using System.Text;
using CsCheck;
using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Tests.Migrations;

[Parallelizable(ParallelScope.All)]
public sealed class Checksums
{
    const string Lf = "CREATE TABLE a ();\nSELECT 1;\n";

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string Unpadded(string text) => string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(text)).Select(b => $"{b:x}"));

    static Migration Read(byte[] bytes)
    {
        using var project = new GatedProject().With("1_name/migration.sql", bytes);
        return Migration.Read(project.Of("1_name"));
    }

    static Migration Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    [Test]
    public void Are_lower_case_hex_SHA256_of_the_file() => Assert.That(Read(Lf).Checksum, Is.EqualTo(Hash(Lf)));

    [Test]
    public void Keep_a_byte_order_mark() => Assert.That(Read("\uFEFFSELECT 1").Checksum, Is.EqualTo(Hash("\uFEFFSELECT 1")));

    [Test]
    public void Of_invalid_UTF8_are_those_of_the_replaced_text()
    {
        var migration = Read([.. "SELECT '"u8, 0xFC, 0xE2, 0x82, .. "'"u8]);

        Assert.That(migration.IsUtf8, Is.False);
        Assert.That(migration.Checksum, Is.EqualTo(Hash("SELECT '\uFFFD\uFFFD'")));
    }

    [TestCase("\n", "\r\n")]
    [TestCase("\r\n", "\n")]
    [TestCase("\n", "\n")]
    [TestCase("\r\n", "\r\n")]
    public void Match_whatever_line_ends_git_wrote(string then, string now) =>
        Assert.That(Read(Lf.Replace("\n", now)).Matches(Hash(Lf.Replace("\n", then))), Is.True);

    [Test]
    public void Match_a_file_of_mixed_line_ends_as_it_is() => Assert.That(Read("a\r\nb\nc").Matches(Hash("a\r\nb\nc")), Is.True);

    [Test]
    public void Match_old_rows_without_leading_zeros()
    {
        Assert.That(Unpadded(Lf), Has.Length.LessThan(64), "the sample must have a byte below 16");
        Assert.That(Read(Lf).Matches(Unpadded(Lf)), Is.True);
        Assert.That(Read(Lf.Replace("\n", "\r\n")).Matches(Unpadded(Lf)), Is.True);
    }

    [Test]
    public void Match_nothing_else() =>
        Gen.Select(Gen.String[Gen.Char["ab;\n\r "], 0, 30], Gen.String[Gen.Char["ab;\n\r "], 0, 30]).Sample((then, now) =>
        {
            var same = then == now || then == now.Replace("\r\n", "\n") || then == now.Replace("\r\n", "\n").Replace("\n", "\r\n");
            var migration = Read(now);
            return migration.Matches(Hash(then)) == same && migration.Matches(Unpadded(then)) == same;
        });

    [Test]
    public void Are_none_without_a_file()
    {
        using var project = new GatedProject().With("1_name/readme.md", "");

        Assert.That(Migration.Read(project.Of("1_name")).Checksum, Is.Null);
    }

    [Test]
    public async Task Are_of_the_text_that_will_be_sent()
    {
        using var project = new GatedProject().With("1_name/migration.sql", [0xEF, 0xBB, 0xBF, .. "SELECT 'ü"u8, 0xFF, .. "'"u8]);
        var migration = Migration.Read(project.Of("1_name"));

        Assert.That(Hash(await migration.ReadSqlAsync(CancellationToken.None)), Is.EqualTo(migration.Checksum));
    }

    [Test]
    public void Refuse_a_text_that_changed_since_it_was_checked()
    {
        using var project = new GatedProject().With("1_name/migration.sql", "SELECT 1;");
        var migration = Migration.Read(project.Of("1_name"));
        File.WriteAllText(migration.Path, "DROP TABLE users;");

        Assert.That(
            () => migration.ReadSqlAsync(CancellationToken.None),
            Failure.From("DBG0217", problem => problem.Code.ExitCode == ExitCode.Stale));
    }
}
