using Cake.Core.IO;

namespace DbGate.Build;

/// <summary>This repository's folders, found from where the build's own assembly is.</summary>
static class Paths
{
    public static DirectoryPath Root { get; } = Find(AppContext.BaseDirectory);

    public static FilePath Solution => Root.CombineWithFilePath("DbGate.sln");

    public static DirectoryPath TestResults => Root.Combine("artifacts/test-results");

    public static DirectoryPath Packages => Root.Combine("artifacts/packages");

    static string Find(string from) =>
        File.Exists(System.IO.Path.Combine(from, "DbGate.sln"))
            ? from
            : Find(System.IO.Path.GetDirectoryName(from) ?? throw new InvalidOperationException("DbGate.sln stands in no parent folder."));
}
