using DbGate.Postgres;
using DbGate.Targets;

namespace DbGate.Tests.Targets;

[Parallelizable(ParallelScope.All)]
public sealed class Targets
{
    [TestCase("production", "prod")]
    [TestCase("staging", "staging")]
    [TestCase("development", "plain")]
    public void Have_the_url_of_their_environment(string environment, string database)
    {
        using var project = new GatedProject();
        var settings = project.Read(new()
        {
            ["DBGATE_ENVIRONMENT"] = environment,
            ["DATABASE_URL"] = "postgresql://u@h/plain",
            ["DATABASE_URL_PROD"] = "postgresql://u@h/prod",
            ["DATABASE_URL_STAGING"] = "postgresql://u@h/staging",
        });

        Assert.That(Target.Resolve(settings).Url.Database, Is.EqualTo(database));
    }

    [TestCase("production")]
    [TestCase("staging")]
    public void Fall_back_to_the_plain_url(string environment)
    {
        using var project = new GatedProject();

        Assert.That(
            Target.Resolve(
                project.Read(new() { ["DBGATE_ENVIRONMENT"] = environment, ["DATABASE_URL"] = "postgresql://u@h/plain" })).Url.Database,
                Is.EqualTo("plain"));
    }

    [Test]
    public void Are_read_from_the_one_variable_that_was_named()
    {
        using var project = new GatedProject().With(".env", "SHOP_DB=postgresql://u@h/shop");
        var settings = project.Read(new() { ["DATABASE_URL"] = "postgresql://u@h/plain" }, new() { ["database-url-variable"] = "SHOP_DB" });

        Assert.That(Target.Resolve(settings).Url.Database, Is.EqualTo("shop"));
        Assert.That(Target.Resolve(settings).Source.Name, Is.EqualTo("SHOP_DB in .env:1"));
    }

    [Test]
    public void Have_a_direct_url_of_their_own_or_the_same()
    {
        using var project = new GatedProject();
        var pooled = project.Read(new() { ["DATABASE_URL"] = "postgresql://u@pool/db", ["DIRECT_URL"] = "postgresql://u@direct/db" });
        var plain = project.Read(new() { ["DATABASE_URL"] = "postgresql://u@pool/db" });

        Assert.That(Target.Resolve(pooled).DirectUrl.Host, Is.EqualTo("direct"));
        Assert.That(Target.Resolve(plain).DirectUrl, Is.EqualTo(Target.Resolve(plain).Url));
    }

    [Test]
    public void Without_a_url_name_the_variables_and_the_places()
    {
        using var project = new GatedProject();
        var settings = project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production" });

        Assert.That(
            () => Target.Resolve(settings),
            Failure.From(
                "DBG0005",
                problem => problem.Cause == "none of DATABASE_URL_PROD, DATABASE_URL is set in the environment, .env.production or .env"));
    }

    [Test]
    public void Are_the_same_database_by_what_the_server_says()
    {
        var identity = new TargetIdentity("7301", 16384, "shop", 150018, false);

        Assert.That(
            identity.IsSameDatabaseAs(identity with { DatabaseName = "renamed", ServerVersion = 150019, InRecovery = true }), Is.True);
        Assert.That(identity.IsSameDatabaseAs(identity with { DatabaseOid = 16385 }), Is.False, "dropped and created again");
        Assert.That(identity.IsSameDatabaseAs(identity with { SystemIdentifier = "7302" }), Is.False, "another cluster");
    }
}
