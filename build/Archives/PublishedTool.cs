using System.Diagnostics;

namespace DbGate.Build.Archives;

/// <summary>The tool as published for one runtime: self-contained, compiled ahead of time where the feed has what that needs.</summary>
/// <param name="Runtime">For which machines.</param>
/// <param name="Folder">What the archive holds.</param>
/// <param name="Version">The tool's own version.</param>
/// <param name="LeftOut">What could not be done, and why; null when all was.</param>
sealed record PublishedTool(ToolRuntime Runtime, string Folder, string Version, string? LeftOut)
{
    /// <summary>Restores and publishes for one runtime.</summary>
    /// <returns>Null with the reason, when the runtime itself cannot be had.</returns>
    public static async Task<(PublishedTool? Tool, string? Reason)> MakeAsync(ToolRuntime runtime, CancellationToken cancellationToken)
    {
        var restored = await ToolRestore.MakeAsync([runtime], cancellationToken);
        return restored.Runtimes.Count == 0
            ? (null, string.Join("; ", restored.LeftOut))
            : (await MakeAsync(restored, runtime, librariesToo: true, cancellationToken), null);
    }

    /// <summary>Publishes for one of several that were restored together.</summary>
    /// <param name="restored">The restore.</param>
    /// <param name="runtime">The one of them.</param>
    /// <param name="librariesToo">False where they were compiled just before.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<PublishedTool> MakeAsync(ToolRestore restored, ToolRuntime runtime, bool librariesToo,
        CancellationToken cancellationToken)
    {
        var folder = Path.Combine(ToolRestore.Folder, "publish", runtime.Id);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await DotNet.RunAsync(
            [
                "publish", ToolRestore.Project, "--no-restore", "-r", runtime.Id, "-o", folder, .. restored.Options,
                "-p:SelfContained=true", "-p:PackAsTool=false", $"-p:BuildProjectReferences={(librariesToo ? "true" : "false")}",
            ],
            cancellationToken);
        var version = FileVersionInfo.GetVersionInfo(Path.Combine(folder, "DbGate.Cli.dll")).ProductVersion!.Split('+')[0];
        return new PublishedTool(runtime, folder, version, restored.LeftOut.Count == 0 ? null : string.Join("; ", restored.LeftOut));
    }

    /// <summary>
    /// Copies the program and what it needs into a folder that holds nothing else, under the name that people call it by.
    /// </summary>
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
                File.SetUnixFileMode(
                    Path.Combine(folder, name), Runtime.Programs.Contains(name) ? ArchiveFile.Executable : ArchiveFile.Plain);
            }
        }

        File.Copy(Paths.Root.CombineWithFilePath("LICENSE").FullPath, Path.Combine(folder, "LICENSE"));
    }
}
