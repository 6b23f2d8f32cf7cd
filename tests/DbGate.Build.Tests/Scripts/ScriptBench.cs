using System.Diagnostics;
using DbGate.Testing;

namespace DbGate.Build.Tests.Scripts;

/// <summary>A folder with build.sh, a few sources, and an SDK that only writes down how it was called.</summary>
sealed class ScriptBench : IDisposable
{
    readonly string sdk;

    public ScriptBench()
    {
        Folder = Directory.CreateTempSubdirectory("dbgate-script-").FullName;
        Repository = Path.Combine(Folder, "repository");
        sdk = Path.Combine(Folder, "sdk");
        Directory.CreateDirectory(sdk);
        foreach (var folder in (string[])["src/DbGate", "build", "tests"])
        {
            Directory.CreateDirectory(Path.Combine(Repository, folder));
        }

        foreach (var file in (string[])["global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig"])
        {
            File.Copy(Path.Combine(Paths.Root.FullPath, file), Path.Combine(Repository, file));
        }

        Write("src/DbGate/One.cs", "one");
        Write("src/DbGate/Two.cs", "two");
        Write("tests/Test.cs", "test");
        Script.Write(Of("build.sh"), File.ReadAllText(Path.Combine(Paths.Root.FullPath, "build.sh")));
        Script.Write(Path.Combine(sdk, "dotnet"), File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Scripts/FakeDotNet.sh")));
    }

    public string Folder { get; }

    public string Repository { get; }

    public int Builds => Calls("publish").Count;

    public IReadOnlyList<string> Calls(string verb) => File.Exists(Path.Combine(sdk, "calls"))
        ? [.. File.ReadLines(Path.Combine(sdk, "calls")).Where(call => call.StartsWith(verb, StringComparison.Ordinal))]
        : [];

    public string Of(string path) => Path.Combine(Repository, path);

    public void Write(string path, string text) => File.WriteAllText(Of(path), text);

    /// <summary>Makes the SDK behave: no-frosting, no-compiler, no-network, broken, exit-code.</summary>
    public void Sdk(string trait, string text = "") => File.WriteAllText(Path.Combine(sdk, trait), text);

    public void SdkWithout(string trait) => File.Delete(Path.Combine(sdk, trait));

    public async Task<ScriptRun> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Of("build.sh"), arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = sdk, ["DBGATE_NO_INSTALL"] = "1" },
        };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new ScriptRun(process.Id, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

sealed record ScriptRun(int ProcessId, int ExitCode, string Output, string Error);
