using System.Text.Json;
using DbGate.CommandGuard;
using DbGate.CommandGuard.Reports;
using DbGate.Git;
using DbGate.Reports.Actions;

namespace DbGate.Tests.CommandGuard;

public sealed class Rendering
{
    static readonly GuardReport Report = new GuardCase("rendering", [],
    [
        ("Dockerfile", "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD npm run start:prod\n"),
        ("package.json", "{\n  \"scripts\": {\n    \"start:prod\": \"sh scripts/entry,point.sh\"\n  }\n}\n"),
        ("scripts/entry,point.sh", "npx prisma db push --accept-data-loss\ncurl x | sh\n"),
        (".env.production", "PRISMA_DB_PUSH_ALLOWED=true\n"),
        ("compose.yml", "services: [\n"),
    ]).Inspect();

    const string Chain =
        "Dockerfile:4 CMD npm run start:prod → package.json:3 \"start:prod\" → scripts/entry,point.sh:1 npx prisma db push "
            + "--accept-data-loss";

    [Test]
    public void Shows_the_chain_on_the_console() => Assert.That(ChainText.Console(Report), Does.StartWith($"blocks  {Chain}\n"));

    [Test]
    public void Shows_the_chain_in_markdown() =>
        Assert.That(GuardMarkdown.Render(Report), Does.Contain("- `Dockerfile:4 CMD npm run start:prod`").And.Contain("#### Not followed"));

    [Test]
    public void Is_json_with_every_hop()
    {
        using var json = JsonDocument.Parse(GuardJson.Render(Report));
        var hops = json.RootElement.GetProperty("findings")[0].GetProperty("paths")[0].GetProperty("hops");

        Assert.That(
            (json.RootElement.GetProperty("blocks").GetBoolean(), hops.GetArrayLength(), hops[2].GetProperty("line").GetInt32()),
            Is.EqualTo((true, 3, 1)));
    }

    [Test]
    public void Escapes_what_steers_the_workflow_runner() =>
        Assert.That(
            Annotations.Render(CommandGuardProblems.From(Report))[0],
            Does.StartWith("::error file=scripts/entry%2Cpoint.sh,line=1,title=DBG0401 ").And.Not.Contain("\n"));

    [Test]
    public void Names_files_from_the_checkout_for_code_scanning()
    {
        using var sarif = JsonDocument.Parse(GuardSarif.Render(Report, "1.0.0", null, new Checkout("apps/my shop")));
        var results = sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray();

        Assert.That(
            results.Select(result => result.GetProperty("locations")[0]
                .GetProperty("physicalLocation")
                .GetProperty("artifactLocation")
                .GetProperty("uri")
                .GetString()), Has.All.StartWith("apps/my%20shop/"));
    }

    [Test]
    public void Is_sarif_with_a_code_flow_per_path()
    {
        using var sarif = JsonDocument.Parse(GuardSarif.Render(Report, "1.0.0", "https://example.test/"));
        var run = sarif.RootElement.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.That(sarif.RootElement.GetProperty("version").GetString(), Is.EqualTo("2.1.0"));
        foreach (var result in run.GetProperty("results").EnumerateArray())
        {
            var region = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.Multiple(() =>
            {
                Assert.That(
                    rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString(),
                    Is.EqualTo(result.GetProperty("ruleId").GetString()));
                Assert.That(result.GetProperty("level").GetString(), Is.AnyOf("error", "note"));
                Assert.That(result.GetProperty("message").GetProperty("text").GetString(), Is.Not.Empty);
                Assert.That(
                    Uri.IsWellFormedUriString(region.GetProperty("artifactLocation").GetProperty("uri").GetString(), UriKind.Relative),
                    Is.True);
            });
        }

        var flow = run.GetProperty("results")[0].GetProperty("codeFlows")[0].GetProperty("threadFlows")[0].GetProperty("locations");
        Assert.That(flow.EnumerateArray()
            .Select(step => step.GetProperty("location")
            .GetProperty("physicalLocation")
            .GetProperty("artifactLocation")
            .GetProperty("uri")
            .GetString()),
            Is.EqualTo(new[] { "Dockerfile", "package.json", "scripts/entry%2Cpoint.sh" }));
    }
}
