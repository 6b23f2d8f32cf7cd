using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.Git;

namespace DbGate.CommandGuard.Resolving;

/// <summary>A package.json, as far as it runs something.</summary>
sealed class Package
{
    readonly Dictionary<string, SourceText> scripts = new(StringComparer.Ordinal);

    Package(string file, DataNode root)
    {
        File = file;
        Root = root;
        Name = root["name"]?.Text;
        foreach (var member in root["scripts"]?.Children ?? [])
        {
            if (member.Value.Text is { } text)
            {
                scripts[member.Name] = SourceText.OnLine(file, text, member.Line);
            }
        }

        Seed = root.At("prisma", "seed")?.Scalar;
    }

    public string File { get; }

    public string Folder => RepositoryPath.Folder(File);

    public string? Name { get; }

    public DataNode Root { get; }

    /// <summary>What <c>prisma db seed</c> runs.</summary>
    public SourceText? Seed { get; }

    public IReadOnlyDictionary<string, SourceText> Scripts => scripts;

    public static Package Read(string file, DataNode root) => new(file, root);

    /// <summary>The scripts that a name or a glob of npm-run-all means.</summary>
    public IEnumerable<string> Matching(string pattern)
    {
        if (scripts.ContainsKey(pattern))
        {
            return [pattern];
        }

        if (!pattern.Contains('*', StringComparison.Ordinal))
        {
            return [];
        }

        // npm-run-all's star stops at a colon, as a path's star stops at a slash.
        var glob = GlobPattern.Parse("/" + pattern.Replace(':', '/'));
        return scripts.Keys.Where(name => name.Replace(':', '/') is var path && glob?.Matches(path, RepositoryPath.Name(path)) == true);
    }
}
