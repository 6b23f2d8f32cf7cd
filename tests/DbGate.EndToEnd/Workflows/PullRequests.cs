using System.Text.Json;
using DbGate.Testing.GitHub;

namespace DbGate.EndToEnd.Workflows;

/// <summary>guard.yml on a fork's pull request: reads files, needs nothing, and states where.</summary>
public sealed class PullRequests
{
    const string Secret = "postgresql://shop:hunter2@db.example.com/shop";

    static readonly Dictionary<string, string> Secrets = new()
    {
        ["DATABASE_URL_PROD"] = Secret,
        ["DBGATE_SIGNING_KEY"] = "key of the environment",
    };

    [Test]
    public async Task That_reach_db_push_are_blocked_where_the_reviewer_looks()
    {
        using var repository = await GitRepository.OfAsync(
            ("README.md", "Two services.\n"),
            ("apps/web/package.json", """{ "scripts": { "start": "prisma db push" } }"""),
            ("apps/shop #2/Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"./scripts/start.sh\"]\n"),
            ("apps/shop #2/scripts/start.sh", "#!/bin/sh\nset -e\nnpx prisma db push\n"));
        await using var gitHub = new GitHubDouble();
        using var runner = new WorkflowRunner(repository.Folder, gitHub, new Dictionary<string, string?>());

        var run = (await runner.RunAsync(Fork(("working-directory", "apps/shop #2"))))["guard"];

        Assert.That((run.Result, run.ExitCode, run.Outputs["verdict"]), Is.EqualTo(("failure", 10, "blocked")), run.Log);
        Assert.That(run.Log, Does.Contain("::error file=apps/shop #2/scripts/start.sh,line=3,title=DBG0401 "));
        Assert.That(run.Summary, Does.StartWith("# DbGate: Blocked (exit 10)").And.Contain("database not contacted"));
        Assert.That(
            run.Environments.SelectMany(step => step.Values).OfType<string>(),
            Has.None.Contains("hunter2").And.None.Contains("key of the environment"));

        // The job's own token downloads DbGate, and goes to that step alone, under that name alone.
        var withToken = run.Environments.Where(step => step.Values.Contains(GitHubDouble.Token)).ToArray();
        Assert.That(
            withToken.SelectMany(step => step).Where(one => one.Value == GitHubDouble.Token).Select(one => one.Key),
            Is.EqualTo(new[] { "DBGATE_TOKEN" }));
        Assert.That(withToken.Single().Keys, Does.Contain("DBGATE_DOWNLOAD_URL"));
        Assert.That(gitHub.Seen, Is.Empty);

        var (category, sarif) = runner.Storage.CodeScanning.Single();
        Assert.That(category, Is.EqualTo("dbgate/apps/shop #2"));
        Assert.That(runner.Storage.Artifacts, Is.EqualTo(new[] { "dbgate-production-guard-apps-shop--2" }));
        await IsValidAsync(Path.Combine(runner.Storage.Artifact("dbgate-production-guard-apps-shop--2"), "guard.sarif"));
        Assert.That(
            FilesOf(sarif), Is.Not.Empty.And.All.Matches<string>(file => File.Exists(Path.Combine(repository.Folder, file))),
            "named from the checkout");
        Assert.That(FilesOf(sarif), Does.Contain("apps/shop #2/scripts/start.sh").And.Contain("apps/shop #2/Dockerfile"));
    }

    [Test]
    public async Task That_are_clean_are_green()
    {
        using var repository = await GitRepository.OfAsync(
            ("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"),
            ("server.js", "console.log('ready')\n"));
        await using var gitHub = new GitHubDouble();
        using var runner = new WorkflowRunner(repository.Folder, gitHub, new Dictionary<string, string?>());

        var run = (await runner.RunAsync(Fork()))["guard"];

        Assert.That((run.Result, run.Outputs["verdict"]), Is.EqualTo(("success", "pass")), run.Log);
        Assert.That(runner.Storage.CodeScanning.Keys, Is.EqualTo(new[] { "dbgate" }));
        Assert.That(runner.Storage.Artifacts, Is.EqualTo(new[] { "dbgate-production-guard" }));
        await IsValidAsync(Path.Combine(runner.Storage.Artifact("dbgate-production-guard"), "guard.sarif"));
    }

    [Test]
    public async Task To_a_copied_workflow_do_nothing_until_it_is_turned_on()
    {
        using var repository = await GitRepository.OfAsync(("README.md", "nothing\n"));
        await using var gitHub = new GitHubDouble();
        using var runner = new WorkflowRunner(repository.Folder, gitHub, new Dictionary<string, string?>());

        Assert.That((await runner.RunAsync(Fork() with { Inputs = null }))["guard"].Result, Is.EqualTo("skipped"));
    }

    static WorkflowCall Fork(params (string Name, string Value)[] inputs) => new("guard.yml", "mallory")
    {
        Inputs = inputs.ToDictionary(input => input.Name, input => input.Value),
        Secrets = Secrets,
        Event = "pull_request",
        EventText = """{"pull_request":{"number":7,"head":{"sha":"1111111111111111111111111111111111111111","repo":{"full_name":"mallory/shop"}}}}""",
        IsOfFork = true,
        RefName = "7/merge",
    };

    static IReadOnlyList<string> FilesOf(string sarif)
    {
        using var document = JsonDocument.Parse(sarif);
        return [.. Uris(document.RootElement.GetProperty("runs")[0].GetProperty("results")).Select(Uri.UnescapeDataString).Distinct()];
    }

    static IEnumerable<string> Uris(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(member => member.NameEquals("artifactLocation")
                ? [member.Value.GetProperty("uri").GetString()!]
                : Uris(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Uris),
        _ => [],
    };

    /// <summary>By the format's own schema.</summary>
    static async Task IsValidAsync(string file)
    {
        if (Shell.Find("npm") is null && !Counterpart.IsRequired)
        {
            return;
        }

        var modules = Path.Combine(await new NpmFolder("workflows").InstallAsync(), "node_modules");
        (await Shell.RunAsync("node", [Path.Combine(Repository.Root, "tests/workflows/sarif.mjs"), modules, file])).Succeeded();
    }
}
