using System.ComponentModel;
using System.Diagnostics;

namespace DbGate.Build.Tests.Scripts;

/// <summary>A folder with build.sh, a few sources, and an SDK that only writes down how it was called.</summary>
sealed class ScriptBench : IDisposable
{
    const int TextFileBusy = 26;

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

        foreach (var file in (string[])["build.sh", "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig"])
        {
            File.Copy(Path.Combine(Paths.Root.FullPath, file), Path.Combine(Repository, file));
        }

        Write("src/DbGate/One.cs", "one");
        Write("src/DbGate/Two.cs", "two");
        Write("tests/Test.cs", "test");
        File.Copy(Path.Combine(TestContext.CurrentContext.TestDirectory, "Scripts/FakeDotNet.sh"), Path.Combine(sdk, "dotnet"));
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
        using var process = await StartAsync(start);
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

    // Between a fork and its exec, a child that another test starts holds open what this one was writing; until then the script is "busy".
    static async Task<Process> StartAsync(ProcessStartInfo start)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception busy) when (busy.NativeErrorCode == TextFileBusy && attempt < 1000)
            {
                await Task.Delay(20);
            }
        }
    }
}

sealed record ScriptRun(int ProcessId, int ExitCode, string Output, string Error);
