using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DbGate.Testing.GitHub;

namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// publish.yml up to the doors of the registries: its shell runs, packages are pushed to a folder that is a NuGet source, and what
/// <c>gh</c> and
/// <c>docker</c> would be told is written down. What is packed is a stand-in; <c>Packages</c> looks at the real ones.
/// </summary>
public sealed class Publishing
{
    static readonly string[] Ids = ["DbGate", "DbGate.Frosting", "DbGate.GitHub", "DbGate.MSBuild", "DbGate.Service", "DbGate.Tool"];
    static readonly string[] Archives = ["linux-x64.tar.gz", "linux-arm64.tar.gz", "osx-arm64.tar.gz", "win-x64.zip"];

    string machine = null!;
    GitHubDouble gitHub = null!;

    string Feed => Directory.CreateDirectory(Path.Combine(machine, "feed")).FullName;

    string Told => File.Exists(Path.Combine(machine, "told")) ? File.ReadAllText(Path.Combine(machine, "told")) : "";

    [SetUp]
    public void OpenMachine()
    {
        machine = Directory.CreateTempSubdirectory("dbgate-publisher-").FullName;
        gitHub = new();
    }

    [TearDown]
    public async Task CloseMachine()
    {
        await gitHub.DisposeAsync();
        Directory.Delete(machine, recursive: true);
    }

    [TestCase("1.4.2", false)]
    [TestCase("2.0.0-rc.1", true)]
    public async Task Uploads_what_was_built_and_attested(string version, bool isPreview)
    {
        var run = await PublishAsync(version, Archives);

        Assert.That(
            run.Results.Values.Select(job => job.Result), Has.All.EqualTo("success"),
            string.Join('\n', run.Results.Values.Select(job => job.Log)));
        Assert.That(
            Directory.EnumerateFiles(Feed, "*.nupkg", SearchOption.AllDirectories).Select(Path.GetFileName),
            Is.EquivalentTo(Ids.Select(id => $"{id}.{version}.nupkg")));
        Assert.That(
            Told,
            Does.Contain(
                $"gh release create v{version} --verify-tag --generate-notes --title v{version}{(isPreview ? " --prerelease" : "")} "
                    + $"--repo acme/shop dist/dbgate-{version}-linux-arm64.tar.gz"));
        Assert.That(
            Told,
            Does.Contain("docker login ghcr.io --username ana --password-stdin").And.Contain(
                $"docker push --quiet ghcr.io/acme/shop:{version}"));
        Assert.That(Told, Does.Contain("dotnet nuget push dist/*.nupkg").And.Not.Contain("--api-key"));
        Assert.That(Told, Does.Not.Contain(GitHubDouble.Token).And.Not.Contain("key-of-an-hour"), "a token among the arguments");
        Assert.That(
            run.Storage.Attested.Select(one => one.GetValueOrDefault("subject-path") ?? $"{one["subject-name"]}@{one["subject-digest"]}"),
            Is.EqualTo(new[] { "dist/*", "ghcr.io/acme/shop@sha256:0123" }));
    }

    [Test]
    public async Task Uploads_nothing_when_a_machines_archive_is_missing()
    {
        var run = await PublishAsync("1.4.2", Archives[..3]);

        Assert.That(run.Results["build"].Log, Does.Contain("::error::dbgate-1.4.2-win-x64.zip was not made"));
        Assert.That(
            run.Results.Select(job => (job.Key, job.Value.Result)),
            Is.EqualTo(
                new[] { ("build", "failure"), ("attest", "skipped"), ("release", "skipped"), ("nuget", "skipped"), ("image", "skipped") }));
    }

    [Test]
    public async Task Uploads_nothing_of_another_version_than_the_tag()
    {
        var run = await PublishAsync("1.4.2", Archives, tag: "v1.5.0");

        Assert.That((run.Results["build"].ExitCode, run.Results["nuget"].Result), Is.EqualTo((1, "skipped")));
        Assert.That(run.Results["build"].Log, Does.Contain("::error::DbGate.1.5.0.nupkg was not made"));
    }

    async Task<(IReadOnlyDictionary<string, JobResult> Results, RunStorage Storage)> PublishAsync(
        string version, string[] archives, string? tag = null)
    {
        await PackAsync(version, archives);
        using var repository =
            await GitRepository.OfAsync(
                ("build.sh", $"#!/bin/sh\ncase $* in *pack*) mkdir -p artifacts && cp -R {machine}/packages artifacts/ ;; esac\n"));
        foreach (var (program, answer) in new[] { ("gh", ""), ("dotnet", "PATH=${PATH#*:} exec dotnet \"$@\"\n"),
            ("docker", "[ \"$1\" != login ] || cat >/dev/null\n[ \"$1\" != image ] || echo ghcr.io/acme/shop@sha256:0123\n") })
        {
            await ProgramAsync(program, answer);
        }

        using var runner =
            new WorkflowRunner(
                repository.Folder, gitHub,
                new Dictionary<string, string?> { ["PATH"] = $"{machine}/bin:{Environment.GetEnvironmentVariable("PATH")}" });
        var results = await runner.RunAsync(new WorkflowCall("publish.yml", "ana")
        {
            Inputs = null,
            RefName = tag ?? $"v{version}",
            Variables = new Dictionary<string, string> { ["NUGET_SOURCE"] = Feed },
        });
        return (results, runner.Storage);
    }

    async Task PackAsync(string version, string[] archives)
    {
        var packages = Directory.CreateDirectory(Path.Combine(machine, "packages")).FullName;
        foreach (var id in Ids)
        {
            using var zip = ZipFile.Open(Path.Combine(packages, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
            await using var nuspec = zip.CreateEntry($"{id}.nuspec").Open();
            await nuspec.WriteAsync(Encoding.UTF8.GetBytes(
                $"""<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{id}</id><version>{version}</version><authors>a</authors><description>d</description></metadata></package>"""));
        }

        var sums = new StringBuilder();
        foreach (var name in archives.Select(archive => $"dbgate-{version}-{archive}"))
        {
            await File.WriteAllTextAsync(Path.Combine(packages, name), name);
            sums.Append($"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}  {name}\n");
        }

        await File.WriteAllTextAsync(Path.Combine(packages, "SHA256SUMS"), sums.ToString());
    }

    async Task ProgramAsync(string name, string shell)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(machine, "bin")).FullName, name);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\necho {name} \"$@\" >>{machine}/told\n{shell}");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
