using DbGate.Checks;
using DbGate.CommandGuard;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Deploys;

namespace DbGate.Tests.CommandGuard;

/// <summary>The start command of an image or a service that leads out of the repository.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StartCommands
{
    static IEnumerable<TestCaseData> Starts =>
    [
        new("Dockerfile", "FROM node:24\nCOPY . .\nCMD [\"node\", \"dist/main.js\"]\n"),
        new("Dockerfile", "FROM node:24\nCOPY . .\nENTRYPOINT [\"sh\", \"/usr/local/bin/start.sh\"]\n"),
        new("Dockerfile",
            "FROM golang:1.24 AS build\nCOPY . .\nRUN ./configure\nFROM debian:12\nCOPY --from=build /out/server "
                + "/usr/local/bin/server\nENTRYPOINT [\"/usr/local/bin/server\"]\n"),
        new("Dockerfile",
            "FROM golang:1.24 AS build\nCOPY . .\nFROM debian:12\nCOPY --from=build /out/server /usr/local/bin/\nCMD [\"server\"]\n"),
        new("compose.yaml", "services:\n  app:\n    image: acme/shop\n    command: [\"sh\", \"/opt/start.sh\"]\n"),
        new("Procfile", "web: sh ./bin/start.sh\n"),
        new("deploy/shop.service", "[Service]\nExecStart=/bin/sh /opt/shop/start.sh\n"),
        new("k8s/shop.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec:\n  template:\n    spec:\n      containers:\n        - "
                + "name: shop\n          image: acme/shop\n          command: [\"sh\", \"/opt/start.sh\"]\n"),
    ];

    [TestCaseSource(nameof(Starts))]
    public async Task That_are_not_followed_block_production_unless_the_rules_accept_the_path(string file, string text)
    {
        using var project = new GatedProject().With(file, text);

        Assert.That(await CodesAsync(project, "production"), Is.EqualTo(new[] { "DBG0418" }));
        Assert.That(await CodesAsync(project, "staging"), Is.Empty, "elsewhere it is listed as not checked");

        using var policy = new GatedProject().With("policy.json", $$"""{ "guard": { "unfollowed": ["{{file}}"] } }""");
        Assert.That(await CodesAsync(project, "production", policy.Of("policy.json")), Is.Empty);
    }

    [TestCase(
        "Dockerfile", "FROM node:24\nCOPY . .\nRUN sh /opt/other.sh\nCMD [\"node\", \"main.js\"]\n",
        Description = "a build that is not followed is no start")]
    [TestCase("Dockerfile", "FROM postgres:18\nCMD [\"postgres\", \"-c\", \"max_connections=200\"]\n")]
    [TestCase(
        "Dockerfile",
        "FROM debian:12 AS build\nCOPY . .\nFROM debian:12\nCOPY --from=build /usr/local/bin /usr/local/bin\nCMD [\"celeryd\"]\n",
        Description = "a whole folder is what the stage installed")]
    [TestCase(
        "Dockerfile", "FROM debian:12\nCOPY --from=krallin/tini /tini /usr/bin/idle\nCMD [\"idle\"]\n",
        Description = "a program of another image")]
    [TestCase(
        "compose.yaml",
        "services:\n  db:\n    image: postgres:18\n    command: postgres -c fsync=off\n  cache:\n    image: redis:8\n    command: "
            + "[\"redis-server\", \"--save\", \"\"]\n")]
    [TestCase(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: sh /opt/elsewhere.sh\n")]
    public async Task That_are_followed_do_not_block(string file, string text)
    {
        using var project = new GatedProject().With(file, text).With("main.js", "console.log('started')\n");

        Assert.That(await CodesAsync(project, "production"), Is.Empty);
    }

    [Test]
    public async Task Block_the_step_and_the_check_with_the_way_to_accept_them()
    {
        using var project = new GatedProject().With("Dockerfile", "FROM node:24\nCOPY . .\nCMD [\"node\", \"dist/main.js\"]\n");
        await using var context = Context(project, "production", null);
        await using var run = new GateRunner(context);

        var step = await run.ExecuteAsync(new ForbidDbPushStep(), default);
        var check = await new GuardCheck().RunAsync(context, default);

        Assert.That((step.Result.IsBlocking, check.IsBlocking), Is.EqualTo((true, true)));
        var problem = step.Result.Problems.Single(problem => problem.IsBlocking);
        Assert.That(problem.Fix!.Sentence, Does.Contain("\"guard\": { \"unfollowed\": [\"Dockerfile\"] }"));
        Assert.That(problem.Location!.ToString(), Is.EqualTo("Dockerfile:3"));
        Assert.That(context.State.Guard, Is.Null);
        Assert.That(step.Result.Summary.Split("not followed"), Has.Length.EqualTo(2), $"counted once: {step.Result.Summary}");
    }

    static async Task<IEnumerable<string>> CodesAsync(GatedProject project, string environment, string? policy = null)
    {
        await using var run = new GateRunner(Context(project, environment, policy));
        var step = await run.ExecuteAsync(new ForbidDbPushStep(), default);
        return step.Result.AllProblems.Where(problem => problem.IsBlocking && problem.Code.Id is not "DBG0129")
            .Select(problem => problem.Code.Id);
    }

    static GateContext Context(GatedProject project, string environment, string? policy) => new(project.Read(
        policy is null ? [] : new() { ["DBGATE_POLICY_FILE"] = policy },
        new() { ["environment"] = environment, ["engine"] = "direct" }));
}
