namespace DbGate.EndToEnd.Packages;

/// <summary>A console application that installs DbGate.MSBuild from the local folder. It uses a Npgsql of its own, older than the tasks'.</summary>
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
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DbGate.MSBuild" Version="{await PackageFeed.VersionAsync()}" PrivateAssets="all" />
                <PackageReference Include="Npgsql" Version="9.0.4" />
              </ItemGroup>
            </Project>
            """);
        app.Write("Program.cs", "System.Console.WriteLine(typeof(Npgsql.NpgsqlConnection).Assembly.GetName().Version);\n");
        app.Write("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"./scripts/start.sh\"]\n");
        (await app.RunAsync("restore", "-v", "q")).Succeeded();
    }

    [OneTimeTearDown]
    public void RemoveApp() => app?.Dispose();

    [Test]
    [Order(1)]
    public async Task Are_blocked_while_the_image_pushes_with_file_and_line()
    {
        app.Write("scripts/start.sh", Pushing);
        var publish = await app.RunAsync("publish", "--no-restore", "-nologo", "-v", "m");

        Assert.That(publish.ExitCode, Is.Not.Zero);
        Assert.That(publish.Output, Does.Contain($"{app.Of("scripts/start.sh")}(3): error DBG0401: production reaches prisma db push"));
        Assert.That(Published, Does.Not.Exist);
    }

    [Test]
    [Order(2)]
    public async Task Are_blocked_in_a_process_of_the_tasks_own_too()
    {
        app.Write("scripts/start.sh", Pushing);
        var publish = await app.RunAsync("publish", "--no-build", "-nologo", "-v", "m", "-p:DbGateTaskHost=true");

        Assert.That(publish.ExitCode, Is.Not.Zero);
        Assert.That(publish.Output, Does.Contain($"{app.Of("scripts/start.sh")}(3): error DBG0401"));
    }

    [Test]
    [Order(3)]
    public async Task Are_not_held_up_by_an_IDEs_design_time_build()
    {
        app.Write("scripts/start.sh", Pushing);
        var build = await app.RunAsync("msbuild", "-nologo", "-t:DbGateCheck", "-p:DesignTimeBuild=true");

        Assert.That(build.ExitCode, Is.Zero, build.Everything);
        Assert.That(build.Output, Does.Not.Contain("forbid-db-push"));
    }

    [Test]
    [Order(4)]
    public async Task Pass_when_it_deploys_migrations_on_several_nodes_over_a_static_graph()
    {
        app.Write("scripts/start.sh", Clean);
        var publish = await app.RunAsync("msbuild", "-nologo", "-m", "-graph", "-t:Publish", "-p:Configuration=Release", "-v:m");

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
        var check = await app.RunAsync("msbuild", "-nologo", "-t:DbGateCheck", "-p:Configuration=Release", "-v:n");

        Assert.That(check.ExitCode, Is.Zero, check.Everything);
        Assert.That(check.Output, Does.Contain("forbid-db-push unchanged since it passed"));
    }
}
