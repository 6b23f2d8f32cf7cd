using DbGate.Reports.Actions;

namespace DbGate.Tests.Reports.Actions;

[Parallelizable(ParallelScope.All)]
public sealed class Secrets
{
    const string Url = "postgresql://app:p%40ss%20w%2Frd@db.example.com:5432/shop";

    [Test]
    public void Are_masked_raw_encoded_and_as_the_whole_url() =>
        Assert.That(From(new() { ["DATABASE_URL_PROD"] = Url }), Is.SupersetOf(new[] { "p@ss w/rd", "p%40ss%20w%2Frd", Url }));

    [Test]
    public void Are_masked_wherever_a_url_stands()
    {
        using var project = new GatedProject().With(".env.production", "MY_URL=postgresql://app:from-a-file@db/shop\n");
        var settings = project.Read(options: new() { ["environment"] = "production", ["database-url-variable"] = "MY_URL" });

        Assert.That(SecretMasks.From(settings), Does.Contain("from-a-file"));
    }

    [Test]
    public void Of_a_store_and_of_a_key_are_masked_line_by_line()
    {
        var masks = From(new()
        {
            ["AWS_SECRET_ACCESS_KEY"] = "aws+secret/key",
            ["DBGATE_SIGNING_KEY"] = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\nqGSM49\n-----END PRIVATE KEY-----\n",
        });

        Assert.That(masks, Is.EquivalentTo(new[] { "aws+secret/key", "MIGHAgEA", "qGSM49" }));
    }

    [TestCase("postgresql://app@db/shop")]
    [TestCase("postgresql://app:x@db/shop")]
    public void That_say_nothing_are_no_reason_to_black_out_the_log(string url) =>
        Assert.That(From(new() { ["DATABASE_URL"] = url }), Has.None.EqualTo("x").And.None.EqualTo("app"));

    [Test]
    public void That_cannot_be_read_are_masked_as_they_stand() =>
        Assert.That(From(new() { ["DATABASE_URL"] = "mysql://a:b@c/d" }), Does.Contain("mysql://a:b@c/d"));

    [Test]
    public void Given_by_the_path_of_a_file_are_none() =>
        Assert.That(From(new() { ["DBGATE_SIGNING_KEY"] = "/run/keys/dbgate.pem" }), Is.Empty);

    [Test]
    public void Are_masked_and_nothing_that_a_runner_tells_everybody() => Assert.That(
        From(new()
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_ACTOR"] = "mia",
            ["GITHUB_API_URL"] = "https://api.github.com",
            ["GITHUB_REPOSITORY"] = "acme/shop",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["GITHUB_SHA"] = "8da586f0123456789abcdef0123456789abcdef0",
            ["GITHUB_TOKEN"] = "ghs_x",
            ["RUNNER_TEMP"] = "/home/runner/work/_temp",
        }),
        Is.EqualTo(new[] { "ghs_x" }));

    [Test]
    public void In_an_address_of_GitHub_are_masked_with_it() =>
        Assert.That(
            From(new() { ["GITHUB_API_URL"] = "https://ana:word@github.example/api/v3" }),
            Does.Contain("https://ana:word@github.example/api/v3"));

    static IReadOnlyList<string> From(Dictionary<string, string> environment)
    {
        using var project = new GatedProject();
        return SecretMasks.From(project.Read(environment));
    }
}
