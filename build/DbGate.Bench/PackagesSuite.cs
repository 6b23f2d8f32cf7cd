using System.Diagnostics;
using System.Globalization;
using DbGate.Build;
using DbGate.Processes;

namespace DbGate.Bench;

/// <summary>What DbGateCheck adds to a build in which nothing has changed: the same build with and without it, alternating.</summary>
sealed class PackagesSuite : IBenchSuite
{
    const int Sources = 1_000;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public string Name => "packages";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        using var folder = new BenchFolder();
        var feed = Path.Combine(folder.Path, "feed");
        await DotNetAsync(Paths.Root.FullPath, cancellationToken, "pack", "src/DbGate.MSBuild", "-c", "Release", "-v", "q", "-nologo",
            "-o", feed);
        var app = Generate(folder.Path, feed);
        await DotNetAsync(app, cancellationToken, "restore", "-v", "q");

        var (without, with) = (new List<double>(), new List<double>());
        for (var i = 0; i <= options.Runs; i++)
        {
            var (plain, gated) = (await BuildAsync(app, false, cancellationToken), await BuildAsync(app, true, cancellationToken));
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: build {plain:0} ms, with DbGateCheck {gated:0} ms"));
            if (i > 0)
            {
                without.Add(plain);
                with.Add(gated);
            }
        }

        // In pairs: the machine's own drift is larger than what is measured.
        var (plainly, added) = (BenchFigure.Median(without), BenchFigure.Median(with.Zip(without, (gated, plain) => gated - plain)));
        return
        [
            new("added by DbGateCheck with nothing changed", added, null, "ms", 150),
            new("a build with DbGateCheck to the same build without", plainly + added, plainly, "ms", 1.15),
        ];
    }

    static Task<double> BuildAsync(string app, bool gated, CancellationToken cancellationToken) =>
        DotNetAsync(app, cancellationToken, "build", "--no-restore", "-v", "q", "-nologo", $"-p:DbGateBeforeBuild={gated}");

    static async Task<double> DotNetAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand("dotnet", arguments)
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                Environment = new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" },
                WorkingDirectory = folder,
                Deadline = Deadline,
            },
            cancellationToken);
        return outcome.Succeeded
            ? watch.Elapsed.TotalMilliseconds
            : throw new InvalidOperationException(
                $"dotnet {string.Join(' ', arguments)} ended with {outcome.ExitCode}: {outcome.StandardOutput}{outcome.StandardError}");
    }

    /// <summary>A console application in a repository of a thousand sources, with an image and a workflow that deploy migrations.</summary>
    static string Generate(string folder, string feed)
    {
        var app = Path.Combine(folder, "app");
        Write("app.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseSharedCompilation>false</UseSharedCompilation>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="DbGate.MSBuild" Version="*-*" PrivateAssets="all" /></ItemGroup>
            </Project>
            """);
        var machine =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(folder, "packages")}" /></config>
              <packageSources><clear /><add key="bench" value="{feed}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
            </configuration>
            """);
        Write("Program.cs", "System.Console.WriteLine();\n");
        Write(".gitignore", "bin/\nobj/\nartifacts/\n");
        Write("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"./scripts/start.sh\"]\n");
        Write("scripts/start.sh", "#!/bin/sh\nset -e\nnpx prisma migrate deploy\n");
        Write("package.json", """{ "scripts": { "build": "tsc", "test": "vitest" } }""");
        Write(
            ".github/workflows/deploy.yml",
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx prisma migrate deploy\n");
        for (var i = 0; i < Sources; i++)
        {
            Write($"src/part{i % 50}/file{i}.ts", "export const answer = 42;\n");
        }

        return app;

        void Write(string file, string text)
        {
            var path = Path.Combine(app, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }
}
