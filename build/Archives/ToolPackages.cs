namespace DbGate.Build.Archives;

/// <summary>The packages that <c>dotnet tool install</c> takes: a pointer, one for each kind of machine, and one for all others.</summary>
static class ToolPackages
{
    /// <param name="folder">Where they go.</param>
    /// <param name="ahead">Runtimes that the feed has the compiler and the runtime for.</param>
    /// <param name="ct">Ends the children.</param>
    /// <returns>The packages' paths.</returns>
    public static async Task<IReadOnlyList<string>> PackAsync(string folder, string[] ahead, CancellationToken ct)
    {
        foreach (var old in Directory.EnumerateFiles(folder, "DbGate.Tool.*nupkg"))
        {
            File.Delete(old);
        }

        await PublishedTool.DotNetAsync(
            [
                "pack", PublishedTool.Project, "-c", "Release", "-o", folder, "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false",
                "-p:PackTool=true", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", $"-p:ArtifactsPath={Paths.Root.Combine("artifacts/archives/tool").FullPath}",
                .. ahead.Length == 0 ? [] : new[] { $"-p:ToolRuntimes={string.Join('+', ahead)}" },
            ],
            ct);
        return [.. Directory.EnumerateFiles(folder, "DbGate.Tool.*.nupkg")];
    }
}
