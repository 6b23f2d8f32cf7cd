using DbGate.Postgres;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
public sealed class Quoting
{
    [TestCase("User", "\"User\"")]
    [TestCase("od\"d", "\"od\"\"d\"")]
    [TestCase("a; DROP TABLE b", "\"a; DROP TABLE b\"")]
    public void Of_a_name_doubles_quotes(string name, string quoted) => Assert.That(Sql.Identifier(name), Is.EqualTo(quoted));

    [TestCase("it's", "'it''s'")]
    [TestCase("", "''")]
    [TestCase(@"a\'b", @" E'a\\''b'")]
    public void Of_a_text_holds_whatever_the_server_is_set_to(string text, string quoted) =>
        Assert.That(Sql.Literal(text), Is.EqualTo(quoted));

    [Test]
    public void Of_NUL_is_refused() => Assert.That(() => Sql.Identifier("a\0b"), Throws.ArgumentException);
}
