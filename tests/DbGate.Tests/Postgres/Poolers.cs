using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
public sealed class Poolers
{
    static readonly CancellationToken None = CancellationToken.None;

    [TestCase(
        "postgresql://a:pw@ep-cool-1-pooler.eu.aws.neon.tech/shop?sslmode=require&pgbouncer=true",
        "postgresql://a:***@ep-cool-1.eu.aws.neon.tech:5432/shop?sslmode=require")]
    [TestCase(
        "postgresql://a:pw@aws-0-eu.pooler.supabase.com:6543/shop?pgbouncer=true",
        "postgresql://a:***@aws-0-eu.pooler.supabase.com:5432/shop")]
    [TestCase("postgresql://a:pw@localhost/shop?host=db-pooler", "postgresql://a:***@db:5432/shop")]
    [TestCase("postgresql://a:pw@db:6432/shop?pgbouncer=true", null)]
    public void Are_recognized_by_the_URL_and_tell_the_direct_one(string text, string? direct)
    {
        var url = PostgresUrl.Parse(text, "DATABASE_URL");
        var pooler = Pooler.ByUrl(url)!;

        Assert.That(pooler.DirectUrl?.Redacted, Is.EqualTo(direct));
        Assert.That($"{PostgresProblems.Pooled(url, pooler).Fix}", Does.Contain(direct ?? "past the pooler").And.Not.Contain("pw@"));
    }

    [TestCase("postgresql://a@pooler.example.com/shop")]
    [TestCase("postgresql://a@db.example-pooler.com/shop")]
    [TestCase("postgresql://a@db/shop?pgbouncer=false")]
    public void Are_not_seen_where_none_is(string text) => Assert.That(Pooler.ByUrl(PostgresUrl.Parse(text, "DATABASE_URL")), Is.Null);

    [Test, Category("Postgres")]
    public async Task Are_not_found_on_a_direct_connection()
    {
        await using var session = await Session.OpenAsync((await TestServer.SharedAsync()).Url, null, None);

        Assert.That(await Pooler.ByAskingAsync(session, None), Is.Null);
    }

    [TestCase("transaction", true), Category("PgBouncer")]
    [TestCase("session", false), Category("PgBouncer")]
    public async Task Are_found_by_asking_where_they_pool_transactions(string mode, bool found)
    {
        var server = await TestServer.SharedAsync();
        await using var bouncer = await PgBouncer.StartAsync(server.Url, mode);
        await using var session = await Session.OpenAsync(bouncer.Url, null, None);

        Assert.That(await Pooler.ByAskingAsync(session, None) is not null, Is.EqualTo(found));
    }

    [Test, Category("PgBouncer")]
    public async Task Tell_an_absent_database_and_a_wrong_password_as_the_server_does()
    {
        var server = await TestServer.SharedAsync();
        await using var bouncer = await PgBouncer.StartAsync(server.Url, "transaction");

        Assert.That(() => Session.OpenAsync(bouncer.Url.WithDatabase("absent"), null, None), Refuses("DBG0031"));
        Assert.That(() => Session.OpenAsync(bouncer.Url with { Password = "Geheimnis-9" }, null, None), Refuses("DBG0028"));
    }

    static NUnit.Framework.Constraints.IResolveConstraint Refuses(string code) =>
        Throws.InstanceOf<DbGate.Problems.GateException>().With.Matches<DbGate.Problems.GateException>(refusal =>
            refusal.Problem.Code.Id == code);
}
