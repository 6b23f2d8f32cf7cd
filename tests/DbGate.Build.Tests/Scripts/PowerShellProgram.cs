using System.Text.Json;
using DbGate.Testing;

namespace DbGate.Build.Tests.Scripts;

/// <summary>PowerShell: that of PATH, else the .NET tool that <c>.config/dotnet-tools.json</c> pins.</summary>
static class PowerShellProgram
{
    static readonly Lazy<Task<string[]>> Found = new(FindAsync);

    /// <summary>The program, and what its command line begins with. Skips the test where it is missing; in CI, installs it.</summary>
    public static Task<string[]> RequireAsync() => Found.Value;

    static async Task<string[]> FindAsync()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (folders.Select(folder => Path.Combine(folder, "pwsh")).FirstOrDefault(File.Exists) is { } installed)
        {
            return [installed];
        }

        if (Restored() is not { } program)
        {
            if (Environment.GetEnvironmentVariable("CI") != "true")
            {
                Assert.Ignore("PowerShell is missing: dotnet tool restore");
            }

            (await Shell.RunAsync(Build.Archives.DotNet.Program, ["tool", "restore"], Repository.Root)).Succeeded();
            program = Restored() ?? throw new FileNotFoundException("dotnet tool restore brought no pwsh.dll");
        }

        return [Build.Archives.DotNet.Program, program];
    }

    static string? Restored()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, ".config/dotnet-tools.json")));
        var version = manifest.RootElement.GetProperty("tools").GetProperty("powershell").GetProperty("version").GetString()!;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        var tools = Path.Combine(packages, "powershell", version, "tools");
        return Directory.Exists(tools)
            ? Directory.EnumerateFiles(tools, "pwsh.dll", SearchOption.AllDirectories)
                .FirstOrDefault(file => Path.GetFileName(Path.GetDirectoryName(file)) == (OperatingSystem.IsWindows() ? "win" : "unix"))
            : null;
    }
}
