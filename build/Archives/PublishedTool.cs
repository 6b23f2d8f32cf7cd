using System.Diagnostics;
using System.Text.RegularExpressions;
using DbGate.Processes;

namespace DbGate.Build.Archives;

/// <summary>The tool as published for one runtime: self-contained, compiled ahead of time where the feed has what that needs.</summary>
/// <param name="Runtime">For which machines.</param>
/// <param name="Folder">What the archive holds.</param>
/// <param name="AssetsFile">What the restore resolved.</param>
/// <param name="Version">The tool's own version.</param>
/// <param name="LeftOut">What could not be done, and why; null when all was.</param>
sealed partial record PublishedTool(ToolRuntime Runtime, string Folder, string AssetsFile, string Version, string? LeftOut)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);
    public static readonly string Project = Paths.Root.Combine("src/DbGate.Tool").FullPath;

    /// <summary>Publishes; without ready-to-run code where only its compiler is missing.</summary>
    /// <returns>Null with the reason, when the runtime itself cannot be had.</returns>
    public static async Task<(PublishedTool? Tool, string? Reason)> MakeAsync(ToolRuntime runtime, CancellationToken ct)
    {
        // Outputs of their own: the restore for a runtime must not replace that of the solution.
        var root = Paths.Root.Combine("artifacts/archives").Combine(runtime.Id).FullPath;
        var ahead = await RestoreAsync(runtime, root, readyToRun: true, ct);
        var reason = ahead is null ? null : await RestoreAsync(runtime, root, readyToRun: false, ct);
        if (reason is not null)
        {
            return (null, reason);
        }

        var folder = Path.Combine(root, "publish");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await DotNetAsync(["publish", Project, "--no-restore", "-o", folder, .. Options(runtime, root, ahead is null)], ct);
        var assembly = Directory.EnumerateFiles(Path.Combine(root, "bin"), "DbGate.Tool.dll", SearchOption.AllDirectories).First();
        var version = FileVersionInfo.GetVersionInfo(assembly).ProductVersion!.Split('+')[0];
        return (new PublishedTool(runtime, folder, Path.Combine(root, "obj", "DbGate.Tool", "project.assets.json"), version,
            ahead is null ? null : $"code compiled ahead of time, so it starts slower: {ahead}"), null);
    }

    /// <summary>Copies the program and what it needs into a folder that holds nothing else, under the name that people call it by.</summary>
    public void CopyTo(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            // The stub knows its assembly by name, so the program may be called otherwise.
            var name = Path.GetRelativePath(Folder, file) is var relative && relative == Runtime.BuiltProgram ? Runtime.Program : relative;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.Copy(file, Path.Combine(folder, name));
            if (!OperatingSystem.IsWindows())
            {
                // Packages bring files that only their owner may read; the image's user is another.
                File.SetUnixFileMode(Path.Combine(folder, name), Runtime.Programs.Contains(name) ? ArchiveFile.Executable : ArchiveFile.Plain);
            }
        }

        File.Copy(Paths.Root.CombineWithFilePath("LICENSE").FullPath, Path.Combine(folder, "LICENSE"));
    }

    /// <summary>Null, or the packages that the feed lacks.</summary>
    static async Task<string?> RestoreAsync(ToolRuntime runtime, string root, bool readyToRun, CancellationToken ct)
    {
        var outcome = await RunAsync(["restore", Project, .. Options(runtime, root, readyToRun)[2..]], ct);
        if (outcome.Succeeded)
        {
            return null;
        }

        var missing = MissingPackage().Matches(outcome.StandardOutput + outcome.StandardError).Select(match => match.Groups[1].Value.Trim()).Distinct().ToArray();
        return missing.Length > 0
            ? string.Join("; ", missing)
            : throw new InvalidOperationException($"the restore for {runtime.Id} failed: {outcome.StandardOutput}{outcome.StandardError}");
    }

    static string[] Options(ToolRuntime runtime, string root, bool readyToRun) =>
    [
        "-c", "Release",
        "-r", runtime.Id, "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false",
        "-p:SelfContained=true", "-p:UseSharedCompilation=false", "-p:PackAsTool=false", "-p:DebugType=none", "-p:AllowedReferenceRelatedFileExtensions=.none", "-p:RunAnalyzers=false",
        $"-p:PublishReadyToRun={(readyToRun ? "true" : "false")}", $"-p:ArtifactsPath={root}",
    ];

    public static async Task DotNetAsync(string[] arguments, CancellationToken ct)
    {
        var outcome = await RunAsync(arguments, ct);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {outcome.ExitCode}: {outcome.StandardOutput}{outcome.StandardError}");
        }
    }

    static Task<ChildOutcome> RunAsync(string[] arguments, CancellationToken ct) => ChildProcess.RunAsync(
        new ChildCommand(Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet", arguments)
        {
            EnvironmentBase = EnvironmentBase.Inherited,
            WorkingDirectory = Paths.Root.FullPath,
            Deadline = Deadline,
        },
        ct);

    /// <summary>NU1101, NU1102, NU1103: no such package, no such version, only an unstable one.</summary>
    [GeneratedRegex(@"error NU110[123]: ([^\r\n\[]*)")]
    private static partial Regex MissingPackage();
}
