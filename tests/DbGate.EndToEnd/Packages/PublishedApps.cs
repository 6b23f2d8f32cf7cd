namespace DbGate.EndToEnd.Packages;

/// <summary>
/// A console application, and a library for two frameworks next to it, that install DbGate.MSBuild from the local folder. The application
/// uses a Npgsql of its own, older than the tasks'.
/// </summary>
[Category("Postgres")]
public sealed class PublishedApps
{
    const string Clean = "#!/bin/sh\nset -e\nnpx prisma migrate deploy\nnode server.js\n";
    const string Pushing = "#!/bin/sh\nset -e\nnpx prisma db push\nnode server.js\n";

    FreshProject app = null!;

    string Published => app.Of("bin/Release/net10.0/publish");

    [OneTimeSetUp]
    public async Task CreateApp()
    {
        app = await FreshProject.CreateAsync();
        app.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <DbGateBeforePublish>true</DbGateBeforePublish>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.cs" />
                <PackageReference Include="DbGate.MSBuild" Version="{await PackageFeed.VersionAsync()}" PrivateAssets="all" />
                <PackageReference Include="Npgsql" Version="9.0.4" />
              </ItemGroup>
            </Project>
            """);
        app.Write("lib/Lib.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DbGate.MSBuild" Version="{await PackageFeed.VersionAsync()}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """);
        app.Write("lib/Answer.cs", "public static class Answer { public const int Value = 42; }\n");
        app.Write("App.slnx", """<Solution><Project Path="App.csproj" /><Project Path="lib/Lib.csproj" /></Solution>""");
        app.Write("Program.cs", "System.Console.WriteLine(typeof(Npgsql.NpgsqlConnection).Assembly.GetName().Version);\n");
        app.Write("dbgate.json", "{}");
        app.Write("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"./scripts/start.sh\"]\n");
        (await app.RunAsync("restore", "App.slnx", "-v", "q")).Succeeded();
    }

    [OneTimeTearDown]
    public void RemoveApp() => app?.Dispose();

    [Test]
    [Order(1)]
    public async Task Are_blocked_while_the_image_pushes_with_file_and_line()
    {
        app.Write("scripts/start.sh", Pushing);
        var publish = await app.RunAsync("publish", "App.csproj", "--no-restore", "-nologo", "-v", "m");

        Assert.That(publish.ExitCode, Is.Not.Zero);
        Assert.That(publish.Output, Does.Contain($"{app.Of("scripts/start.sh")}(3): error DBG0401: production reaches prisma db push"));
        Assert.That(Published, Does.Not.Exist);
    }

    [Test]
    [Order(2)]
    public async Task Are_blocked_in_a_process_of_the_tasks_own_too()
    {
        app.Write("scripts/start.sh", Pushing);
        var publish = await app.RunAsync("publish", "App.csproj", "--no-build", "-nologo", "-v", "m", "-p:DbGateTaskHost=true");

        Assert.That(publish.ExitCode, Is.Not.Zero);
        Assert.That(publish.Output, Does.Contain($"{app.Of("scripts/start.sh")}(3): error DBG0401"));
    }

    [Test]
    [Order(3)]
    public async Task Are_not_held_up_by_an_IDEs_design_time_build()
    {
        app.Write("scripts/start.sh", Pushing);
        var build = await app.RunAsync("msbuild", "App.csproj", "-nologo", "-t:DbGateCheck", "-p:DesignTimeBuild=true");

        Assert.That(build.ExitCode, Is.Zero, build.Everything);
        Assert.That(build.Output, Does.Not.Contain("forbid-db-push"));
    }

    [Test]
    [Order(4)]
    public async Task Pass_when_it_deploys_migrations_on_several_nodes_over_a_static_graph()
    {
        app.Write("scripts/start.sh", Clean);
        var publish =
            await app.RunAsync("msbuild", "App.csproj", "-nologo", "-m", "-graph", "-t:Publish", "-p:Configuration=Release", "-v:m");

        Assert.That(publish.ExitCode, Is.Zero, publish.Everything);
        Assert.That(publish.Output, Does.Contain("passed  forbid-db-push"));
        Assert.That(Published, Does.Exist);
        var output = (await Shell.RunAsync("dotnet", [Path.Combine(Published, "App.dll")])).Succeeded().Output;
        Assert.That(output, Does.StartWith("9.0."), "the application's own Npgsql");
    }

    [Test]
    [Order(5)]
    public async Task Are_checked_once_while_nothing_changes()
    {
        app.Write("scripts/start.sh", Clean);
        var check = await app.RunAsync("msbuild", "App.csproj", "-nologo", "-t:DbGateCheck", "-p:Configuration=Release", "-v:n");

        Assert.That(check.ExitCode, Is.Zero, check.Everything);
        Assert.That(check.Output, Does.Contain("forbid-db-push unchanged since it passed"));
    }

    [Test]
    [Order(6)]
    public async Task Are_checked_again_when_the_image_starts_otherwise()
    {
        app.Write("scripts/start.sh", Pushing);
        var check = await app.RunAsync("msbuild", "App.csproj", "-nologo", "-t:DbGateCheck", "-p:Configuration=Release");

        Assert.That(check.ExitCode, Is.Not.Zero, check.Everything);
        Assert.That(check.Output, Does.Contain("error DBG0401"));
    }

    [Test]
    [Order(7)]
    public async Task Are_not_pushed_as_an_image_either()
    {
        app.Write("scripts/start.sh", Pushing);
        var push =
            await app.RunAsync(
                "publish", "App.csproj", "--no-build", "-nologo", "-v", "m", "-t:PublishContainer", "-p:ContainerRegistry=127.0.0.1:1");

        Assert.That(push.ExitCode, Is.Not.Zero);
        Assert.That(push.Output, Does.Contain("error DBG0401").And.Not.Contain("CONTAINER").And.Not.Contain("127.0.0.1"));
    }

    /// <summary>A stand-in for dotnet ef, which states whether the model has changes without a migration.</summary>
    [TestCase("publish", 1)]
    [TestCase("publish", 0)]
    [TestCase("publish --no-build", 1)]
    [Order(8)]
    public async Task Are_blocked_while_the_model_of_EF_Core_is_ahead_of_its_migrations(string task, int exitCode)
    {
        app.Write("scripts/start.sh", Clean);
        app.Write("ef.sh", $"echo \"$@\" > ef.txt\necho Changes have been made to the model\nexit {exitCode}\n");
        var publish = await app.RunAsync(
        [
            .. task.Split(' '), "App.csproj", "--no-restore", "-nologo", "-v", "m", "-p:DbGateEfProject=App.csproj",
            "-p:DbGateEfContext=Shop", "-p:DbGateEfCommand=sh ef.sh",
        ]);

        Assert.That(publish.ExitCode == 0, Is.EqualTo(exitCode == 0), publish.Everything);
        Assert.That(publish.Output.Contains("error DBG0226", StringComparison.Ordinal), Is.EqualTo(exitCode != 0), publish.Output);
        var arguments = await File.ReadAllTextAsync(app.Of("ef.txt"));
        Assert.That(
            arguments,
            Does.StartWith("migrations has-pending-model-changes --project App.csproj").And.Contain("--context Shop")
                .And.Contain("--configuration Release"));
        Assert.That(
            arguments.Contains("--no-build", StringComparison.Ordinal), Is.EqualTo(task == "publish"),
            "only binaries that were just built are asked");
    }

    [Test]
    [Order(9)]
    public async Task Are_checked_once_for_all_their_frameworks()
    {
        app.Write("scripts/start.sh", Clean);
        var build = await app.RunAsync("build", "lib", "-c", "Release", "--no-restore", "-nologo", "-v", "m", "-p:DbGateBeforeBuild=true");

        Assert.That(build.ExitCode, Is.Zero, build.Everything);
        Assert.That(build.Output.Split("passed  forbid-db-push"), Has.Length.EqualTo(2), build.Output);
        Assert.That(build.Output, Does.Contain("netstandard2.0").And.Contain("net10.0"));
    }

    [Test]
    [Order(9)]
    public async Task Are_blocked_after_they_were_packed_where_that_is_wished()
    {
        app.Write("scripts/start.sh", Pushing);
        var pack = await app.RunAsync("pack", "lib", "--no-build", "-nologo", "-v", "m", "-p:DbGateAfterPack=true");

        Assert.That(pack.ExitCode, Is.Not.Zero, pack.Everything);
        Assert.That(pack.Output, Does.Contain("Successfully created package").And.Contain("error DBG0401"));
    }

    [Test]
    [Order(10)]
    public async Task Bring_a_release_with_the_tasks_own_Npgsql()
    {
        app.Write("scripts/start.sh", Clean);
        await using var shop = await Shop.OpenAsync(await ReleaseServer.SharedAsync());
        var release = await app.RunWithAsync(
            new(shop.Variables()) { ["DBGATE_ENGINE"] = "direct" }, "msbuild", "App.csproj", "-nologo", "-v:m", "-t:DbGateRelease",
            $"-p:DbGateProject={shop.Wallet.Folder}");

        Assert.That(release.ExitCode, Is.Zero, release.Everything);
        Assert.That(release.Output, Does.Contain("passed  migrate-deploy").And.Contain("DbGate: pass, report in "));
        Assert.That(
            await shop.Database.ScalarAsync<long>("select count(*) from _prisma_migrations where finished_at is not null"), Is.EqualTo(5));
        Assert.That(shop.Backups(), Has.Length.EqualTo(1));
    }
}
