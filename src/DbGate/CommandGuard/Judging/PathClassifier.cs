using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Resolving;
using DbGate.Git;

namespace DbGate.CommandGuard.Judging;

/// <summary>Decides what a path is run for. The policy is asked first; where nothing can be told, the path counts as
/// production's.</summary>
sealed class PathClassifier(GuardPolicy policy, string environment)
{
    /// <summary>Folders whose content is not the project's own deployment.</summary>
    static readonly HashSet<string> SideFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "__tests__", "e2e", "fixture", "fixtures", "__fixtures__", "testdata", "test-data", "spec", "specs", "example",
        "examples", "sample", "samples", "docs", "doc", "documentation",
        "demo", "demos", "playground", "playgrounds", ".devcontainer", "sandbox", "benchmark", "benchmarks", "bench", "__mocks__",
        "cypress", "playwright", "dev", "local", "tutorial", "tutorials", "website-docs", ".vscode", ".husky", ".storybook",
    };

    readonly GlobPattern[] production = Globs(policy.Production);
    readonly GlobPattern[] development = Globs(policy.Development);
    readonly GlobPattern[] ignored = Globs(policy.Ignore);

    public string Environment => environment;

    /// <summary>The glob of <c>guard.ignore</c> that covers a file; null for none.</summary>
    public string? IgnoringPattern(string file) => policy.Ignore.FirstOrDefault(pattern =>
        GlobPattern.Parse(pattern)?.Covers(file) == true);

    /// <summary>The class that the policy gives a file; null when it names none.</summary>
    public ContextJudgement? ByPolicy(string file) =>
        ignored.Any(glob => glob.Covers(file)) ? new ContextJudgement(PathClass.Ignored, "the policy ignores it")
        : production.Any(glob => glob.Covers(file)) ? new ContextJudgement(PathClass.Production, "the policy classes it as production")
        : development.Any(glob => glob.Covers(file)) ? new ContextJudgement(PathClass.Development, "the policy classes it as development")
        : null;

    /// <summary>What the file's place and name state; else <paramref name="otherwise"/>.</summary>
    public ContextJudgement OfFile(string file, ContextJudgement otherwise)
    {
        if (ByPolicy(file) is { } given)
        {
            return given;
        }

        if (RepositoryPath.Folder(file).Split('/').FirstOrDefault(SideFolders.Contains) is { } folder)
        {
            return new ContextJudgement(PathClass.Development, $"it stands in a {folder} folder");
        }

        var name = RepositoryPath.Name(file);
        if (RepositoryPath.Folder(file).Split('/').FirstOrDefault(segment => Environments.IsStaging(segment)
            && Environments.IsOther(segment, environment)) is { } other)
        {
            return new ContextJudgement(PathClass.Development, $"it is for {other}");
        }

        return Environments.IsOther(Stem(name), environment)
            ? new ContextJudgement(PathClass.Development, $"its name says {Spoken(name)}") : otherwise;
    }

    static string Stem(string name) => name.StartsWith('.') ? name
        : name.Replace("docker-compose", "compose", StringComparison.OrdinalIgnoreCase);

    static string Spoken(string name) => name;

    static GlobPattern[] Globs(IEnumerable<string> patterns) => [.. patterns.Select(GlobPattern.Parse).OfType<GlobPattern>()];
}
