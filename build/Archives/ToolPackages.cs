namespace DbGate.Build.Archives;

/// <summary>The packages that <c>dotnet tool install</c> takes.</summary>
/// <param name="Files">Their paths: a pointer, one for each kind of machine and one for all others; or one for all.</param>
/// <param name="LeftOut">What could not be done, and why; null when all was.</param>
sealed record ToolPackages(IReadOnlyList<string> Files, string? LeftOut)
{
    /// <param name="folder">Where they go.</param>
    /// <param name="ahead">Runtimes that the feed has the compiler and the runtime for.</param>
    /// <param name="ct">Ends the children.</param>
    public static async Task<ToolPackages> MakeAsync(string folder, string[] ahead, CancellationToken ct)
    {
        if (ahead.Length == 0)
        {
            return new(await PackAsync(folder, [], ct), "packages with code compiled ahead of time: no runtime has what that needs (above)");
        }

        try
        {
            return new(await PackAsync(folder, ahead, ct), null);
        }
        catch (InvalidOperationException failure)
        {
            var why = failure.Message.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? failure.Message;
            return new(await PackAsync(folder, [], ct), $"packages with code compiled ahead of time for {string.Join(", ", ahead)}: {why.Trim()}");
        }
    }

    static async Task<IReadOnlyList<string>> PackAsync(string folder, string[] ahead, CancellationToken ct)
    {
        foreach (var old in Directory.EnumerateFiles(folder, "DbGate.Tool.*nupkg"))
        {
            File.Delete(old);
        }

        // Outputs of their own for each way: the restores differ.
        var output = Paths.Root.Combine($"artifacts/archives/{(ahead.Length == 0 ? "tool" : "tools")}").FullPath;
        await PublishedTool.DotNetAsync(
            [
                "pack", PublishedTool.Project, "-c", "Release", "-o", folder, "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false",
                "-p:PackTool=true", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", $"-p:ArtifactsPath={output}",
                .. ahead.Length == 0 ? [] : new[] { $"-p:ToolRuntimes={string.Join('+', ahead)}" },
            ],
            ct);
        return [.. Directory.EnumerateFiles(folder, "DbGate.Tool.*.nupkg")];
    }
}
