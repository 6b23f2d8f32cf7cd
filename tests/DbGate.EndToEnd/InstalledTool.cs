using System.Runtime.InteropServices;
using DbGate.Postgres;

namespace DbGate.EndToEnd;

/// <summary>The packed tool, installed as a person installs it: from a folder of packages, away from this repository.</summary>
[Category("Postgres")]
public sealed class InstalledTool
{
    string folder = null!;
    string tool = null!;
    string version = null!;
    ThrowawayServer server = null!;
    TestDatabase today = null!;

    [OneTimeSetUp]
    public async Task Install()
    {
        folder = Directory.CreateTempSubdirectory("dbgate-tool-").FullName;
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        (await DotNetAsync("pack", Path.Combine(Repository.Root, "src/DbGate.Tool"), "-c", configuration, "--no-build", "-p:PackTool=true", "-o", Path.Combine(folder, "packages"), "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false")).Succeeded();
        var package = Directory.GetFiles(Path.Combine(folder, "packages"), "DbGate.Tool.*.nupkg").Single();
        version = Path.GetFileNameWithoutExtension(package)["DbGate.Tool.".Length..];
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            """<configuration><packageSources><clear /><add key="packed" value="packages" /></packageSources></configuration>""");
        (await DotNetAsync("tool", "install", "DbGate.Tool", "--version", version, "--tool-path", Path.Combine(folder, "bin"), "--configfile", Path.Combine(folder, "nuget.config"))).Succeeded();
        tool = Path.Combine(folder, "bin", RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "dbgate.exe" : "dbgate");
        server = await TestServer.StartLocalAsync(new ThrowawayOptions { Ssl = true });
        today = await Shop.DeployTodayAsync(server, tool);
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        await (server?.DisposeAsync() ?? default);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Releases_to_a_real_database()
    {
        await using var shop = await OpenAsync();
        var run = await shop.ReleaseAsync();

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Output, Does.Contain("5/5 migrations applied").And.Contain("PASS     production"));
        Assert.That(await shop.Database.ScalarAsync<long>("select count(*) from _prisma_migrations where finished_at is not null"), Is.EqualTo(5));
        Assert.That(shop.Backups(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Is_blocked_like_any_door_and_names_its_own_commands()
    {
        await using var shop = await OpenAsync();
        shop.Write("dbgate.json", """{ "approvals": { "production": { "required": 1 } } }""");
        var before = await shop.Database.DigestAsync();
        var run = await shop.ReleaseAsync();

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(run.Output, Does.Contain("dbgate approve --environment=production --plan=").And.Not.Contain("build.sh"));
        Assert.That(run.Output, Does.Contain("dbgate help DBG0"));
        Assert.That(await shop.Database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Tells_its_version()
    {
        var run = await Shell.RunAsync(tool, ["--version"]);

        Assert.That((run.ExitCode, run.Output.Trim()), Is.EqualTo((0, version)));
    }

    [Test]
    public async Task Refuses_a_wrong_name_and_tells_the_nearest()
    {
        var task = await Shell.RunAsync(tool, ["relase"]);
        var option = await Shell.RunAsync(tool, ["release", "--enviroment=production", "--dryrun"]);

        Assert.That((task.ExitCode, option.ExitCode), Is.EqualTo((2, 2)));
        Assert.That(task.Error, Does.Contain("DBG0070").And.Contain("did you mean dbgate release?"));
        Assert.That(option.Error, Does.Contain("DBG0001").And.Contain("did you mean --environment?"));
    }

    async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync(server, today);
        shop.Tool = tool;
        return shop;
    }

    static Task<ShellResult> DotNetAsync(params string[] arguments) =>
        Shell.RunAsync("dotnet", arguments, Repository.Root, new Dictionary<string, string?> { ["MSBuildSDKsPath"] = null, ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" }, deadline: TimeSpan.FromMinutes(5));
}
