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

    [Test]
    public async Task Stop_a_shard_at_its_first_failure()
    {
        var run = await FleetAsync("A B C", failedShards: 0, stopAfter: 1, program: "echo \"$DBGATE_FLEET_URL $DBGATE_BACKUP_FOLDER $AWS_S3_BACKUP_BUCKET\"; echo \"$@\" >&2; case $DBGATE_FLEET_URL in */b) exit 10 ;; esac");

        Assert.That(run.ExitCode, Is.EqualTo(10));
        Assert.That(run.Output, Is.EqualTo("== A\npostgresql://u:p=1@h/a backups/A shop/A\n== B\npostgresql://u:p=1@h/b backups/B shop/B\n"));
        Assert.That(run.Error, Does.Contain("--reports-folder=/r/A").And.Not.Contain("postgresql://"));
    }

    [TestCase(2, 3, 0)]
    [TestCase(3, 3, 10)]
    public async Task Begin_no_database_after_so_many_shards_have_failed(int failed, int stopAfter, int exitCode) =>
        Assert.That((await FleetAsync("A", failed, stopAfter, "true")).ExitCode, Is.EqualTo(exitCode));

    [Test]
    public async Task Begin_no_database_whose_url_is_unknown() => Assert.That((await FleetAsync("Z", 0, 1, "echo started")).Output, Does.Not.Contain("started").And.Contain("has no line Z="));

    Task<ShellResult> FleetAsync(string shard, int failedShards, int stopAfter, string program) => RunAsync("fleet.sh", new()
    {
        ["PATH"] = $"{Path.GetDirectoryName(Program("gh", $"for i in $(seq {failedShards}); do echo $i; done"))}:{Environment.GetEnvironmentVariable("PATH")}",
        ["DBGATE_COMMAND"] = Program("dbgate", program),
        ["SHARD"] = shard,
        ["STOP_AFTER"] = $"{stopAfter}",
        ["FLEET_URLS"] = "A=postgresql://u:p=1@h/a\r\nB=postgresql://u:p=1@h/b\nC=postgresql://u:p=1@h/c",
        ["AWS_S3_BACKUP_BUCKET"] = "shop",
        ["REPORTS"] = "/r",
        ["INPUT_PROJECT"] = "project/.",
        ["INPUT_ENVIRONMENT"] = "production",
        ["GH_TOKEN"] = "token-of-the-run",
        ["GITHUB_SERVER_URL"] = "https://github.example",
        ["GITHUB_REPOSITORY"] = "acme/shop",
        ["GITHUB_RUN_ID"] = "1",
    });

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
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{shell}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

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
