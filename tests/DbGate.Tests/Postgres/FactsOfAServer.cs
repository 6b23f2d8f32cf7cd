using DbGate.Postgres;

namespace DbGate.Tests.Postgres;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class FactsOfAServer
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task Identify_the_database()
    {
        await using var one = await TestDatabase.CreateAsync();
        await using var two = await TestDatabase.CreateAsync();
        var (first, again, other) = (await ReadAsync(one.Url), await ReadAsync(one.Url), await ReadAsync(two.Url));

        Assert.Multiple(() =>
        {
            Assert.That(first.Identity, Is.EqualTo(again.Identity));
            Assert.That(first.Identity!.SystemIdentifier, Has.Length.GreaterThan(15).And.EqualTo(other.Identity!.SystemIdentifier));
            Assert.That(first.Identity.IsSameDatabaseAs(other.Identity!), Is.False);
            Assert.That((first.DatabaseName, first.Identity.InRecovery), Is.EqualTo((one.Name, false)));
        });
    }

    [Test]
    public async Task Describe_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        var facts = await ReadAsync(database.Url);

        Assert.Multiple(() =>
        {
            Assert.That(facts.Encoding, Is.EqualTo("UTF8"));
            Assert.That(facts.ServerMajor, Is.EqualTo(facts.ServerVersion / 10000));
            Assert.That((facts.IsSuperuser, facts.ReadOnly, facts.Encrypted), Is.EqualTo((true, false, false)));
            Assert.That(facts.MaxConnections, Is.Positive);
            Assert.That(facts.ServerTime, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        });
    }

    [Test]
    public async Task Say_that_the_identity_is_unknown_where_it_may_not_be_read()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await database.ExecuteAsync(
            $"REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; ALTER ROLE {role.Quoted} SET default_transaction_read_only = on");
        await using var session = await Session.OpenAsync(database.Url with { User = role.Name, Password = "pw" }, null, None);
        await session.ExecuteAsync("BEGIN", None);
        var facts = await ServerFacts.ReadAsync(session, None);

        Assert.That(facts.Identity, Is.Null);
        Assert.That(
            () => facts.RequireIdentity(session.Url), Throws.InstanceOf<DbGate.Problems.GateException>().With.Message.Contains("identity"));
        Assert.That(
            (facts.IsSuperuser, facts.BypassesRowSecurity, facts.ReadOnly, facts.Role), Is.EqualTo((false, false, true, role.Name)));
        Assert.That(await session.ScalarAsync<int>("SELECT 1", None), Is.EqualTo(1), "the caller's transaction goes on");
    }

    [TestCase("ep-cool-1.eu-central-1.aws.neon.tech", HostedService.Neon)]
    [TestCase("shop.abc.eu-west-1.rds.amazonaws.com", HostedService.AmazonRds)]
    [TestCase("aws-0-eu-central-1.pooler.supabase.com", HostedService.Supabase)]
    [TestCase("db.abcdef.supabase.co", HostedService.Supabase)]
    [TestCase("shop.postgres.database.azure.com", HostedService.Azure)]
    [TestCase("ec2-1-2-3-4.compute-1.amazonaws.com", HostedService.Heroku)]
    [TestCase("db.prisma.io", HostedService.PrismaPostgres)]
    [TestCase("%2Fcloudsql%2Fp:r:i", HostedService.CloudSql)]
    [TestCase("localhost", HostedService.Local)]
    [TestCase("db.example.com", HostedService.Unknown)]
    [TestCase("neon.tech.example.com", HostedService.Unknown)]
    public void Recognize_a_service_by_its_host(string host, HostedService service) =>
        Assert.That(HostedServices.ByHost(PostgresUrl.Parse($"postgresql://app@localhost/shop?host={host}", "TEST")), Is.EqualTo(service));

    [Test]
    public void Recognize_a_service_by_its_roles() =>
        Assert.That(
            HostedServices.Recognize(PostgresUrl.Parse("postgresql://app@10.0.0.1/shop", "TEST"), ["cloudsqlsuperuser"]),
            Is.EqualTo(HostedService.CloudSql));

    static async Task<ServerFacts> ReadAsync(PostgresUrl url)
    {
        await using var session = await Session.OpenAsync(url, null, None);
        return await ServerFacts.ReadAsync(session, None);
    }
}
