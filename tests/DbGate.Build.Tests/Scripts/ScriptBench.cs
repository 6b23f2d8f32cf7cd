using System.Diagnostics;
using DbGate.Testing;

namespace DbGate.Build.Tests.Scripts;

/// <summary>
/// A folder with the build's script, a few sources, and an SDK that only writes down how it was called; build/Host.proj is run by the real
/// one. The folder's name has spaces and letters that are not ASCII.
/// </summary>
sealed class ScriptBench : IDisposable
{
    readonly string sdk;
    readonly string script;

    public ScriptBench(string script = "build.sh")
    {
        this.script = script;
        Folder = Directory.CreateTempSubdirectory("dbgate skript \u00fc\u65e5 ").FullName;
        Repository = Path.Combine(Folder, "repository");
        sdk = Path.Combine(Folder, "sdk");
        Directory.CreateDirectory(sdk);
        foreach (var folder in (string[])["src/DbGate", "build", "tests"])
        {
            Directory.CreateDirectory(Path.Combine(Repository, folder));
        }

        foreach (var file in (string[])[
            "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "build/Host.proj"])
        {
            File.Copy(Path.Combine(Paths.Root.FullPath, file), Path.Combine(Repository, file));
        }

        Write("src/DbGate/One.cs", "one");
        Write("src/DbGate/Two.cs", "two");
        Write("tests/Test.cs", "test");
        Script.Write(Of(script), File.ReadAllText(Path.Combine(Paths.Root.FullPath, script)));
        Script.Write(
            Path.Combine(sdk, "dotnet"), File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Scripts/FakeDotNet.sh")));
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

    public Task<ScriptRun> RunAsync(params string[] arguments) => StartAsync(Of(script), arguments);

    /// <summary>Runs build.ps1 as a person types it.</summary>
    /// <param name="powerShell">The program, and what its own command line begins with.</param>
    /// <param name="typed">What follows the name of the script.</param>
    public Task<ScriptRun> TypeAsync(IReadOnlyList<string> powerShell, string typed = "") => StartAsync(
        powerShell[0],
        [.. powerShell.Skip(1), "-NoProfile", "-NonInteractive", "-Command", $"& '{Of(script)}' {typed}; exit $LASTEXITCODE"]);

    async Task<ScriptRun> StartAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = sdk, ["DBGATE_NO_INSTALL"] = "1", ["REAL_DOTNET"] = DbGate.Build.Archives.DotNet.Program },
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
