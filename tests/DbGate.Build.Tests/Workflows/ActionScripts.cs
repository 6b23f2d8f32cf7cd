using System.Security.Cryptography;
using DbGate.Testing;

namespace DbGate.Build.Tests.Workflows;

/// <summary>The shell of the composite action, run as the action runs it.</summary>
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ActionScripts : IDisposable
{
    const string Archive = "dbgate-1.4.2-linux-x64.tar.gz";

    readonly string folder = Directory.CreateTempSubdirectory("dbgate-action-").FullName;

    string Downloads => Directory.CreateDirectory(Path.Combine(folder, "downloads")).FullName;

    string Installed => Path.Combine(folder, "temp/dbgate/1.4.2-linux-x64");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Choose_an_archive_by_version_and_platform()
    {
        var output = await OutputOfAsync("choose.sh", new() { ["DBGATE_VERSION"] = "1.4.2" });

        Assert.That(output, Does.Contain("cache-key=dbgate-1.4.2-linux-x64\n").And.Contain($"command={Installed}/dbgate\n"));
    }

    [Test]
    public async Task Choose_the_checkout_by_its_sources()
    {
        var output = await OutputOfAsync("choose.sh", []);

        Assert.That(output, Does.Match("(?m)^cache-key=dbgate-source-[0-9a-f]{16}-linux-x64$").And.Contain($"command={Paths.Root.FullPath}/build.sh\n"));
    }

    [Test]
    public async Task Refuse_a_version_that_is_a_path() =>
        Assert.That((await RunAsync("choose.sh", new() { ["DBGATE_VERSION"] = "../1.4.2" })).ExitCode, Is.EqualTo(2));

    [TestCase(true)]
    [TestCase(false)]
    public async Task Install_an_archive_whose_digest_is_the_expected_one(bool withFolder)
    {
        var digest = await PackAsync(withFolder);
        var run = await InstallAsync($"{new string('0', 64)}  dbgate-1.4.2-osx-arm64.tar.gz\n{digest}  {Archive}\n");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That((await Shell.RunAsync(Path.Combine(Installed, "dbgate"), [])).Output, Is.EqualTo("I am dbgate\n"));
    }

    [Test]
    public async Task Unpack_nothing_when_the_digest_is_another()
    {
        await PackAsync();
        var run = await InstallAsync(new string('a', 64));

        Assert.That((run.ExitCode, Directory.Exists(Installed)), Is.EqualTo((10, false)), run.Everything);
        Assert.That(run.Output, Does.Contain("it was not unpacked"));
    }

    [TestCase("")]
    [TestCase("latest")]
    [TestCase("dbgate-1.4.2-linux-x64.tar.gz")]
    public async Task Download_nothing_without_a_digest(string sha256) => Assert.That((await InstallAsync(sha256)).ExitCode, Is.EqualTo(2));

    [Test]
    public async Task Check_again_what_the_cache_brought()
    {
        var digest = await PackAsync();
        await InstallAsync(digest);
        await File.WriteAllTextAsync(Path.Combine(Installed, ".archive", Archive), "poisoned");
        var run = await InstallAsync(digest);

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That((await Shell.RunAsync(Path.Combine(Installed, "dbgate"), [])).Output, Is.EqualTo("I am dbgate\n"));
    }

    [Test]
    public async Task Say_when_there_is_nothing_to_download() => Assert.That((await InstallAsync(new string('a', 64))).ExitCode, Is.EqualTo(20));

    [Test]
    public async Task Hand_targets_and_options_to_DbGate_word_by_word()
    {
        var run = await RunAsync("run.sh", new()
        {
            ["DBGATE_COMMAND"] = Program("dbgate", "printf '%s\\n' \"$@\"; exit 11"),
            ["INPUT_TARGET"] = "rehearse plan",
            ["INPUT_ENVIRONMENT"] = "production",
            ["INPUT_OPTIONS"] = "--accept-loss=public.\"User\".name=12; $(id)\n\n--ready-timeout=5m\r\n",
            ["INPUT_PROJECT"] = "project/my app",
        });

        Assert.That(run.ExitCode, Is.EqualTo(11));
        Assert.That(run.Output, Is.EqualTo("--project=project/my app\n--target=rehearse\n--target=plan\n--environment=production\n--accept-loss=public.\"User\".name=12; $(id)\n--ready-timeout=5m\n"));
    }

    [TestCase("dbgate-guard-apps/shop #2", "1", "dbgate-guard-apps-shop--2")]
    [TestCase("dbgate-guard-.", "1", "dbgate-guard")]
    [TestCase("dbgate-guard-", "3", "dbgate-guard-3")]
    public async Task Name_the_artifact_as_GitHub_takes_it_and_anew_in_each_attempt(string input, string attempt, string name)
    {
        var output = await OutputOfAsync("run.sh", new()
        {
            ["DBGATE_COMMAND"] = Program("dbgate", "true"),
            ["INPUT_TARGET"] = "release",
            ["INPUT_ENVIRONMENT"] = "",
            ["INPUT_OPTIONS"] = "",
            ["INPUT_PROJECT"] = ".",
            ["INPUT_ARTIFACT"] = input,
            ["GITHUB_RUN_ATTEMPT"] = attempt,
        });

        Assert.That(output, Is.EqualTo($"artifact={name}\n"));
    }

    Task<ShellResult> InstallAsync(string sha256) => RunAsync("install.sh", new()
    {
        ["DBGATE_VERSION"] = "1.4.2",
        ["DBGATE_SHA256"] = sha256,
        ["DBGATE_DOWNLOAD_URL"] = $"file://{Downloads}",
        ["DBGATE_RID"] = "linux-x64",
        ["DBGATE_FOLDER"] = Installed,
    });

    async Task<string> PackAsync(bool withFolder = false)
    {
        var content = Directory.CreateDirectory(Path.Combine(folder, "content", withFolder ? "dbgate-1.4.2" : ".")).FullName;
        File.Move(Program("dbgate", "echo I am dbgate"), Path.Combine(content, "dbgate"));
        (await Shell.RunAsync("tar", ["-czf", Path.Combine(Downloads, Archive), "-C", Path.Combine(folder, "content"), "."])).Succeeded();
        return Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Downloads, Archive))));
    }

    string Program(string name, string shell)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName, name);
        Script.Write(path, $"#!/usr/bin/env bash\n{shell}\n");
        return path;
    }

    async Task<string> OutputOfAsync(string script, Dictionary<string, string?> environment)
    {
        var output = Path.Combine(folder, "output");
        environment["GITHUB_OUTPUT"] = output;
        (await RunAsync(script, environment)).Succeeded();
        return await File.ReadAllTextAsync(output);
    }

    Task<ShellResult> RunAsync(string script, Dictionary<string, string?> environment)
    {
        environment.TryAdd("DBGATE_VERSION", null);
        environment["RUNNER_OS"] = "Linux";
        environment["RUNNER_ARCH"] = "X64";
        environment["RUNNER_TEMP"] = Path.Combine(folder, "temp");
        return Shell.RunAsync("bash", [Path.Combine(Paths.Root.FullPath, ".github/actions/dbgate", script)], folder, environment);
    }
}
