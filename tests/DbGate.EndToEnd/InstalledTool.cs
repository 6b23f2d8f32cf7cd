using System.Runtime.InteropServices;
using DbGate.EndToEnd.Packages;

namespace DbGate.EndToEnd;

/// <summary>The packed tool, installed as a person installs it: from a folder of packages, away from this repository.</summary>
[Category("Postgres")]
public sealed class InstalledTool
{
    string folder = null!;
    string tool = null!;
    string version = null!;

    [OneTimeSetUp]
    public async Task Install()
    {
        folder = Directory.CreateTempSubdirectory("dbgate-tool-").FullName;
        version = await PackageFeed.VersionAsync();
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"""<configuration><packageSources><clear /><add key="packed" value="{await PackageFeed.FolderAsync()}" /></packageSources></configuration>""");
        (await FreshProject.DotNetAsync(
            folder,
            ["tool", "install", "DbGate.Tool", "--version", version, "--tool-path", Path.Combine(folder, "bin"), "--configfile",
                Path.Combine(folder, "nuget.config")])).Succeeded();
        tool = Path.Combine(folder, "bin", RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "dbgate.exe" : "dbgate");
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Releases_to_a_real_database()
    {
        await using var shop = await OpenAsync();
        var run = await shop.ReleaseAsync();

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(run.Output, Does.Contain("5/5 migrations applied").And.Contain("Released: production"));
        Assert.That(
            await shop.Database.ScalarAsync<long>("select count(*) from _prisma_migrations where finished_at is not null"), Is.EqualTo(5));
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
        Assert.That(run.Output, Does.Contain("dbgate explain DBG0"));
        Assert.That(await shop.Database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Tells_its_version()
    {
        var run = await Shell.RunAsync(tool, ["--version"]);

        Assert.That((run.ExitCode, run.Output.Trim()), Is.EqualTo((0, version)));
    }

    /// <summary>A hook answers at every command and contacts no database.</summary>
    [Test]
    public async Task Refuses_to_identify_a_database_in_a_hook()
    {
        var run = await Shell.RunAsync(tool, ["guard", "--hook", "--identify"]);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Error, Does.StartWith("--hook contacts no database").And.Contain("--command="));
    }

    [Test]
    public async Task Refuses_a_wrong_name_and_tells_the_nearest()
    {
        var task = await Shell.RunAsync(tool, ["relase"]);
        var option = await Shell.RunAsync(tool, ["release", "--enviroment=production", "--dryrun"]);
        var dashes = await Shell.RunAsync(tool, ["release", "environment=production"]);

        Assert.That((task.ExitCode, option.ExitCode, dashes.ExitCode), Is.EqualTo((2, 2, 2)));
        Assert.That(dashes.Error, Does.Contain("DBG0070").And.Contain("--environment="));
        Assert.That(task.Error, Does.Contain("DBG0070").And.Contain("Did you mean release?").And.Contain("dbgate release"));
        Assert.That(option.Error, Does.Contain("DBG0001").And.Contain("did you mean --environment?"));
    }

    /// <summary>A minimal Debian: no libssl. .NET itself ends the process at the first hash there.</summary>
    [TestCase("production-safety", "--environment=production")]
    [TestCase("backup", "--environment=development")]
    [TestCase("forbid-db-push", "--environment=development")]
    [TestCase("doctor")]
    public async Task Names_the_missing_package_where_the_system_has_no_OpenSSL(params string[] arguments)
    {
        await using var shop = await OpenAsync();
        var run = await WithoutOpenSsl.RunAsync(
            tool, [.. arguments, $"--project={shop.Wallet.Folder}"], new() { ["DATABASE_URL"] = shop.Database.Url.Reveal() });

        Assert.That(run.ExitCode, Is.EqualTo(20), run.Everything);
        Assert.That(run.Everything, Does.Contain("DBG0047").And.Contain("apt-get install libssl3").And.Not.Contain("No usable version"));
    }

    [TestCase("--version")]
    [TestCase("--help")]
    [TestCase("help", "DBG0047")]
    public async Task Answers_without_OpenSSL_what_needs_none(params string[] arguments)
    {
        var run = await WithoutOpenSsl.RunAsync(tool, arguments, []);

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
    }

    async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync(await ReleaseServer.SharedAsync());
        shop.Tool = tool;
        return shop;
    }
}
