namespace DbGate.Tests.Testing;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class TestDatabases
{
    [Test]
    public async Task Are_each_tests_own()
    {
        await using var one = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync();
        await one.ExecuteAsync("CREATE TABLE only_here ()");

        Assert.That(await other.ScalarAsync<string>("SELECT to_regclass('only_here')::text"), Is.Null);
    }

    [Test]
    public async Task Copy_a_template_with_the_same_digest()
    {
        await using var template = await TestDatabase.CreateAsync();
        await template.ExecuteAsync(Wallet);
        await using var copy = await TestDatabase.CreateAsync(template);

        Assert.That(await copy.DigestAsync(), Is.EqualTo(await template.DigestAsync()));
    }

    [TestCase("UPDATE wallet SET balance = 2")]
    [TestCase("INSERT INTO wallet VALUES (2, 5)")]
    [TestCase("ALTER TABLE wallet ADD COLUMN owner text")]
    [TestCase("ALTER TABLE wallet ALTER COLUMN balance SET DEFAULT 7")]
    [TestCase("CREATE INDEX ON wallet (balance)")]
    [TestCase("GRANT SELECT ON wallet TO public")]
    [TestCase("SELECT nextval('number')")]
    [TestCase("ALTER TYPE kind ADD VALUE 'c'")]
    [TestCase("CREATE SCHEMA another")]
    [TestCase("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [TestCase("COMMENT ON TABLE wallet IS 'touched'")]
    [TestCase("ALTER TABLE wallet DROP CONSTRAINT wallet_balance_check")]
    public async Task Have_another_digest_once_they_are_touched(string touch)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Wallet);
        var before = await database.DigestAsync();
        await database.ExecuteAsync(touch);

        Assert.That(await database.DigestAsync(), Is.Not.EqualTo(before));
    }

    const string Wallet = """
        CREATE TABLE wallet (id int PRIMARY KEY, balance int CHECK (balance >= 0));
        INSERT INTO wallet VALUES (1, 1);
        CREATE SEQUENCE number;
        CREATE TYPE kind AS ENUM ('a', 'b');
        """;
}
