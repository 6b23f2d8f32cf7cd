namespace DbGate.Build.Archives;

/// <summary>The packages that <c>dotnet tool install</c> takes.</summary>
/// <param name="Files">Their paths: a pointer, one for each kind of machine and one for all others; or one for all.</param>
/// <param name="LeftOut">What could not be done, and why; null when all was.</param>
sealed record ToolPackages(IReadOnlyList<string> Files, string? LeftOut)
{
    /// <param name="folder">Where they go.</param>
    /// <param name="restored">For which machines.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<ToolPackages> MakeAsync(string folder, ToolRestore restored, CancellationToken cancellationToken)
    {
        foreach (var old in Directory.EnumerateFiles(folder, "DbGate.Tool.*nupkg"))
        {
            File.Delete(old);
        }

        if (restored is { AheadOfTime: true, Runtimes.Count: > 0 })
        {
            await DotNet.RunAsync(["pack", ToolRestore.Project, "--no-restore", "-o", folder, "-p:PackTool=true", .. restored.Options],
                cancellationToken);
            return new(Made(folder), null);
        }

        // Without code ahead of time a package for one kind of machine brings nothing that the one for all lacks.
        await DotNet.RunAsync(
            [
                "pack", ToolRestore.Project, "-o", folder, "-p:PackTool=true", "-p:Configuration=Release", "-v", "quiet", "-nologo",
                "-tl:off",
                "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:ToolArtifacts={ToolRestore.Folder}-portable",
            ],
            cancellationToken);
        return new(Made(folder), "packages with code compiled ahead of time: the feed lacks what that needs (above)");
    }

    static string[] Made(string folder) => [.. Directory.EnumerateFiles(folder, "DbGate.Tool.*.nupkg").Order(StringComparer.Ordinal)];
}
