using System.Text.RegularExpressions;

namespace DbGate.EndToEnd.Packages;

/// <summary>A person else's Frosting build, word for word the example of the package's README, installed from the local folder.</summary>
public sealed partial class FrostingBuilds
{
    FreshProject build = null!;

    [OneTimeSetUp]
    public async Task CreateBuild()
    {
        build = await FreshProject.CreateAsync();
        build.Write("Build.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DbGate.Frosting" Version="{await PackageFeed.VersionAsync()}" />
              </ItemGroup>
            </Project>
            """);
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src/DbGate.Frosting/README.md"));
        build.Write("Program.cs", "using Cake.Frosting;\nusing DbGate.Frosting;\n" + Example().Match(readme).Groups[1].Value);
        build.Write("app/Dockerfile", "FROM node:22\nCMD [\"npx\", \"prisma\", \"db\", \"push\"]\n");
        (await build.RunAsync("build", "-c", "Release", "-nologo", "-v", "q", "-o", build.Of("bin/out"))).Succeeded();
        if (Directory.Exists(build.Of("packages/cake.frosting"))
            && Directory.GetDirectories(build.Of("packages/cake.frosting"))
                .Any(version => version.EndsWith("-standin", StringComparison.Ordinal)))
        {
            await TestContext.Out.WriteLineAsync(
                "The feed has no Cake.Frosting: its stand-in (build/frosting) was packed and installed as one.");
        }
    }

    [OneTimeTearDown]
    public void RemoveBuild() => build?.Dispose();

    [Test]
    public async Task Have_the_release_in_their_own_graph()
    {
        var run = await build.RunAsync("bin/out/Build.dll", "--target=ship", "--dryrun");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(
            Planned().Matches(run.Output).Select(match => match.Groups[1].Value),
            Is.EqualTo(
                new[] { "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan", "migrate-deploy",
                    "verify-ready" }));
    }

    [Test]
    public async Task End_with_DbGates_exit_code_when_a_gate_blocks()
    {
        var run = await build.RunAsync("bin/out/Build.dll", "--target=ship", "--environment=production", "--project=app");

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(run.Output, Does.Contain("DBG0401"));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"would run +(\S+)")]
    private static partial Regex Planned();
}
