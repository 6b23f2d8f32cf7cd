namespace DbGate.Build.Archives;

/// <summary>A kind of machine that an archive of <c>dbgate</c> is made for.</summary>
/// <param name="Id">.NET's runtime identifier.</param>
sealed record ToolRuntime(string Id)
{
    /// <summary>Those that are released.</summary>
    public static IReadOnlyList<ToolRuntime> All { get; } = [new("linux-x64"), new("linux-arm64"), new("osx-arm64"), new("win-x64")];

    /// <summary>The one that runs here; null where none is made for it.</summary>
    public static ToolRuntime? Own { get; } =
        All.FirstOrDefault(runtime => runtime.Id == System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier);

    public bool IsWindows => Id.StartsWith("win-", StringComparison.Ordinal);

    /// <summary>The program's file in the archive.</summary>
    public string Program => IsWindows ? "dbgate.exe" : "dbgate";

    /// <summary>The files that may be run: the program, and what the runtime starts when it crashes.</summary>
    public IReadOnlyCollection<string> Programs => [Program, "createdump"];

    /// <summary>The program's file as the SDK names it.</summary>
    public string BuiltProgram => IsWindows ? "DbGate.Cli.exe" : "DbGate.Cli";

    public string ArchiveName(string version) => $"dbgate-{version}-{Id}.{(IsWindows ? "zip" : "tar.gz")}";

    public string ListName(string version) => $"dbgate-{version}-{Id}.spdx.json";
}
