using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.EndToEnd.Workflows;

/// <summary>fleet.yml against real databases on one server: canaries, shards, what stops it, and one verdict.</summary>
[Category("Postgres")]
public sealed class Fleet
{
    const string List = "CANARY\nLOST\nREFUSED\nAFTER_LOST\nAFTER_REFUSED\n";

    ThrowawayServer server = null!;
    TestDatabase today = null!;
    ShopOnGitHub shop = null!;
    readonly Dictionary<string, TestDatabase> databases = [];
    int attempt;

    [OneTimeSetUp]
    public async Task StartServer() => (server, today) = await ReleaseServer.SharedAsync();

    [SetUp]
    public async Task OpenShop()
    {
        attempt = 1;
        shop = await ShopOnGitHub.OpenAsync(
            server,
            today,
            """{ "migrations": { "engine": "direct" }, "rehearsal": "off", "ready": { "policy": "ledger" }, "approvals": { "production": { "required": 0, "dataLoss": 0 } } }""",
            (".github/dbgate-fleet", List),
            (".github/dbgate-pair", "CANARY\nLOST\n"));
        await shop.ReviewAsync("ben");
    }

    [TearDown]
    public async Task CloseShop()
    {
        foreach (var database in databases.Values)
        {
            await database.DisposeAsync();
        }

        databases.Clear();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task Goes_on_after_a_failed_database_and_begins_none_after_as_many_as_were_allowed()
    {
        foreach (var name in new[] { "CANARY", "LOST", "AFTER_LOST", "AFTER_REFUSED" })
        {
            databases[name] = await TestDatabase.CreateAsync(server.Url, today);
        }

        var lost = (databases["LOST"].Url with { Database = "not_there" }).WithParameter("sslmode", "require").Reveal();
        var run =
            await FleetAsync(
                Urls(("LOST", lost), ("REFUSED", "postgresql://nobody:hunter2@127.0.0.1:1/shop")), ("shards", "2"), ("stop-after", "2"));

        Assert.That(
            (run["split"].Outputs["canary"], run["split"].Outputs["rest"]),
            Is.EqualTo(("""["CANARY"]""", """["LOST AFTER_LOST","REFUSED AFTER_REFUSED"]""")), run["split"].Log);
        Assert.That(run["canary"].Result, Is.EqualTo("success"), run["canary"].Log);
        Assert.That(run["rest"].Legs.Select(leg => leg.Result), Is.EqualTo(new[] { "failure", "failure" }), run["rest"].Log);
        Assert.That(run["rest"].Legs[0].Log, Does.Contain("== AFTER_LOST"), "a shard goes on while fewer have failed");
        Assert.That(
            run["rest"].Legs[1].Log,
            Does.Contain("2 of the fleet's databases have failed: AFTER_REFUSED and the rest of this shard were not begun").And.Not.Contain(
                "== AFTER_REFUSED"));
        Assert.That(
            (await AppliedAsync("CANARY"), await AppliedAsync("AFTER_LOST"), await AppliedAsync("AFTER_REFUSED")),
            Is.EqualTo((5L, 5L, 4L)));

        Assert.That((run["summary"].ExitCode, run["summary"].Outputs["verdict"]), Is.EqualTo((10, "blocked")), run["summary"].Log);
        Assert.That(
            run["summary"].Summary,
            Does.StartWith("# DbGate: Blocked (exit 10)").And.Contain("2 of 5 databases pass, 2 do not, 1 did not run").And.Contain(
                "| AFTER\\_REFUSED | **did not run** |"));
        Assert.That(run["canary"].Summary + run["rest"].Summary, Is.Empty, "the fleet has one summary");
        Assert.That(
            run["rest"].Log.Split('\n').Where(line => line.Contains("hunter2", StringComparison.Ordinal)),
            Has.All.StartWith("::add-mask::"));

        // One verdict for the release manager, and by their names those that failed.
        Assert.That(
            shop.GitHub.CheckRuns.Select(check => ((string?)check["conclusion"], (string?)check["output"]!["title"])),
            Is.EqualTo(new[] { ("failure", "Blocked, production: 2 of 5 databases pass, 2 do not, 1 did not run") }));
        Assert.That(
            Statuses(),
            Is.EquivalentTo(
                new[] { ("dbgate/production/LOST", "failure"), ("dbgate/production/REFUSED", "failure"),
                    ("dbgate/production", "failure") }));
        Assert.That((string?)shop.GitHub.DeploymentStatuses.Values.Single()[^1]["state"], Is.EqualTo("failure"));

        // Put right, and run again whole: what failed in the first attempt does not count, and nothing stays red.
        attempt = 2;
        var again = await FleetAsync(Urls(), ("list", ".github/dbgate-pair"));
        Assert.That(
            (again["rest"].Result, again["summary"].Outputs["verdict"]), Is.EqualTo(("success", "pass")),
            again["rest"].Log + again["summary"].Log);
        Assert.That(again["canary"].Log, Does.Contain("nothing to deploy").IgnoreCase);
        Assert.That(
            Statuses().Where(status => status.Context.EndsWith("/LOST", StringComparison.Ordinal)).Select(status => status.State),
            Is.EqualTo(new[] { "failure", "success" }));
        Assert.That((string?)shop.GitHub.CheckRuns[^1]["output"]!["title"], Is.EqualTo("Pass, production: 2 of 2 databases pass"));
        Assert.That((string?)shop.GitHub.DeploymentStatuses.Values.Single()[^1]["state"], Is.EqualTo("success"));
    }

    [Test]
    public async Task Ends_with_its_canary()
    {
        var run = await FleetAsync(Urls(("CANARY", "postgresql://nobody@127.0.0.1:1/shop")), ("stop-after", "9"));

        Assert.That((run["canary"].Result, run["rest"].Result), Is.EqualTo(("failure", "skipped")), run["canary"].Log);
        Assert.That(run["summary"].Summary, Does.Contain("0 of 5 databases pass, 1 does not, 4 did not run"));
    }

    [Test]
    public async Task Begins_none_that_nobody_was_asked_about()
    {
        shop.LeaveUnguarded();
        var run = await FleetAsync(Urls());

        Assert.That(
            (run["approve"].ExitCode, run["canary"].Result, run["rest"].Result, run["summary"].Result),
            Is.EqualTo((10, "skipped", "skipped", "skipped")));
        Assert.That(run["approve"].Log, Does.Contain("nobody approved this run in the environment production"));
    }

    [Test]
    public async Task Begins_none_without_its_secret()
    {
        var run = await FleetAsync("");

        Assert.That((run["canary"].ExitCode, run["rest"].Result), Is.EqualTo((2, "skipped")), run["canary"].Log);
        Assert.That(
            run["canary"].Log,
            Does.Contain("::error title=DbGate::the secret FLEET_URLS has no line CANARY=…; no database of this shard was begun"));
        Assert.That(run["summary"].Summary, Does.Contain("0 of 5 databases pass, 5 did not run"));
    }

    Task<IReadOnlyDictionary<string, JobResult>> FleetAsync(string urls, params (string Name, string Value)[] inputs) =>
        shop.RunAsync(new WorkflowCall("fleet.yml", "ana")
    {
        Inputs = inputs.ToDictionary(input => input.Name, input => input.Value),
        Secrets = new Dictionary<string, string> { ["FLEET_URLS"] = urls },
        Attempt = attempt,
    });

    string Urls(params (string Name, string Url)[] others) => string.Join('\n', databases
        .Select(database => (database.Key, Url: database.Value.Url.WithParameter("sslmode", "require").Reveal()))
        .Where(database => others.All(other => other.Name != database.Key))
        .Concat(others)
        .Select(database => $"{database.Item1}={database.Item2}"));

    IEnumerable<(string Context, string State)> Statuses() =>
        shop.GitHub.Statuses.Select(status => ((string)status["context"]!, (string)status["state"]!));

    Task<long> AppliedAsync(string name) =>
        databases[name].ScalarAsync<long>("select count(*) from _prisma_migrations where finished_at is not null");
}
