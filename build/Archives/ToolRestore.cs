using System.Text.RegularExpressions;

namespace DbGate.Build.Archives;

/// <summary>
/// The tool restored for several kinds of machines at once, so that its packages and its archives share what is compiled: the libraries
/// once, the code ahead of time once for each machine.
/// </summary>
/// <param name="Runtimes">Those that the feed has the runtime for.</param>
/// <param name="AheadOfTime">Whether the feed has the compiler for code ahead of time.</param>
/// <param name="LeftOut">What could not be had, and why: for people.</param>
sealed partial record ToolRestore(IReadOnlyList<ToolRuntime> Runtimes, bool AheadOfTime, IReadOnlyList<string> LeftOut)
{
    public static readonly string Project = Paths.Root.Combine("src/DbGate.Cli").FullPath;

    /// <summary>The tool's outputs, which are apart: this restore must not replace that of the solution.</summary>
    public static readonly string Folder = Paths.Root.Combine("artifacts/archives").FullPath;

    /// <summary>What the restore resolved.</summary>
    public static readonly string AssetsFile = Path.Combine(Folder, "obj", "DbGate.Cli", "project.assets.json");

    /// <summary>What every call of the SDK over this restore states.</summary>
    public string[] Options =>
    [
        "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false", "-p:Configuration=Release", "-p:UseSharedCompilation=false",
        $"-p:ToolArtifacts={Folder}",
        $"-p:ToolRuntimes={string.Join('+', Runtimes.Select(runtime => runtime.Id))}",
        $"-p:ToolAheadOfTime={(AheadOfTime ? "true" : "false")}",
    ];

    /// <summary>Restores for as many of them as the feed allows; without code ahead of time where only its compiler is missing.</summary>
    public static async Task<ToolRestore> MakeAsync(IReadOnlyList<ToolRuntime> wanted, CancellationToken cancellationToken)
    {
        var ahead = new ToolRestore(wanted, true, []);
        if (await ahead.MissingAsync(cancellationToken) is not { } noCompiler)
        {
            return ahead;
        }

        var (possible, leftOut) = (new List<ToolRuntime>(), new List<string>());
        foreach (var runtime in wanted)
        {
            if (await new ToolRestore([runtime], false, []).MissingAsync(cancellationToken) is { } missing)
            {
                leftOut.Add($"{runtime.Id}: {missing}");
            }
            else
            {
                possible.Add(runtime);
            }
        }

        ahead = new ToolRestore(possible, true, leftOut);
        if (possible.Count == 0 || (possible.Count < wanted.Count && await ahead.MissingAsync(cancellationToken) is null))
        {
            return ahead;
        }

        var plain = new ToolRestore(possible, false, [.. leftOut, $"code compiled ahead of time, so dbgate starts slower: {noCompiler}"]);
        return await plain.MissingAsync(cancellationToken) is { } gone
            ? throw new InvalidOperationException($"restored one by one, but not together: {gone}")
            : plain;
    }

    /// <summary>Null, or the packages that the feed lacks.</summary>
    async Task<string?> MissingAsync(CancellationToken cancellationToken)
    {
        var outcome = await DotNet.TryAsync(["restore", Project, .. Options], cancellationToken);
        if (outcome.Succeeded)
        {
            return null;
        }

        var missing =
            MissingPackage()
                .Matches(outcome.StandardOutput + outcome.StandardError)
                .Select(match => match.Groups[1].Value.Trim())
                .Distinct()
                .ToArray();
        return missing.Length > 0
            ? string.Join("; ", missing)
            : throw new InvalidOperationException($"the restore failed: {outcome.StandardOutput}{outcome.StandardError}");
    }

    /// <summary>NU1101, NU1102, NU1103: no such package, no such version, only an unstable one.</summary>
    [GeneratedRegex(@"error NU110[123]: ([^\r\n\[]*)")]
    private static partial Regex MissingPackage();
}
