using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Git;

/// <summary>The commit whose files count as released: where the branch left the main one.</summary>
/// <param name="Commit">Its hash; null when there is none.</param>
/// <param name="Words">How it was found, or why there is none.</param>
sealed record HistoryBase(string? Commit, string Words)
{
    const int ShortHash = 8;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    // What a pull request's job knows about its target, then what a clone calls the main branch.
    static readonly string[] MainBranches =
        ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"];

    /// <summary>Finds it.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="asked">A commit, branch or tag that the run names; empty for none.</param>
    /// <param name="variables">Of the run.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<HistoryBase> FindAsync(
        string project, string asked, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        if (await ReadAsync(project, cancellationToken, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is not { } head)
        {
            return new(null, "the project is not in a git checkout with a commit");
        }

        string[] names = asked.Length > 0 ? [asked] : [.. OfPullRequest(variables), .. MainBranches];
        foreach (var name in names)
        {
            string[] parse = ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{name}^{{commit}}"];
            if (await ReadAsync(project, cancellationToken, parse) is not { } other
                || await ReadAsync(project, cancellationToken, "merge-base", head, other) is not { } common)
            {
                continue;
            }

            return new(common, $"{name} ({common[..ShortHash]})");
        }

        return new(null, asked.Length > 0
            ? $"git knows no commit {asked} that has a common history with this one"
            : "git knows no main branch here: fetch it, or name a commit with --schema-base");
    }

    /// <summary>The first parent, for a checkout of the main branch itself; null when there is none.</summary>
    public static async Task<HistoryBase?> ParentAsync(string project, CancellationToken cancellationToken) =>
        await ReadAsync(project, cancellationToken, "rev-parse", "--verify", "--quiet", "HEAD^^{commit}") is { } parent
            ? new(parent, $"the commit before this one ({parent[..ShortHash]})")
            : null;

    /// <summary>Writes the commit's files into a folder. The checkout, its index and its hooks are not touched.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The project's folder there; or why git could not.</returns>
    public async Task<(string? Root, string? Failure)> CheckOutAsync(string project, string folder, CancellationToken cancellationToken)
    {
        var (index, tree) = (Path.Combine(folder, "index"), Path.Combine(folder, "tree"));
        var inside = Checkout.FolderOf(project);
        var top = inside.Length == 0 ? project : project[..^(inside.Length + 1)];
        var failure = await RunAsync(top, index, ["read-tree", Commit!], cancellationToken)
            ?? await RunAsync(top, index, ["checkout-index", "--all", "--quiet", $"--prefix={tree}/"], cancellationToken);
        var root = Path.Combine(tree, inside);
        Directory.CreateDirectory(root);
        return failure is null ? (root, null) : (null, failure);
    }

    /// <summary>Files and folders that git ignores, such as installed packages, relative to the project.</summary>
    public static async Task<IReadOnlyList<string>> IgnoredAsync(string project, CancellationToken cancellationToken) =>
        (await ReadAsync(
            project, cancellationToken, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"))
            ?.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(name => name.TrimEnd('/')).ToArray() ?? [];

    static IEnumerable<string> OfPullRequest(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.TryGetValue("GITHUB_BASE_REF", out var branch) && branch.Length > 0)
        {
            yield return $"refs/remotes/origin/{branch}";
        }

        if (variables.TryGetValue("CI_MERGE_REQUEST_DIFF_BASE_SHA", out var commit) && commit.Length > 0)
        {
            yield return commit;
        }
    }

    static async Task<string?> ReadAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        try
        {
            var outcome = await ChildProcess.RunAsync(Git(folder, arguments), cancellationToken);
            return outcome.Succeeded && outcome.StandardOutput.Trim() is { Length: > 0 } answer ? answer : null;
        }
        catch (GateException)
        {
            return null;
        }
    }

    static async Task<string?> RunAsync(string folder, string index, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var git = Git(folder, arguments) with { Environment = new Dictionary<string, string?> { ["GIT_INDEX_FILE"] = index } };
            var outcome = await ChildProcess.RunAsync(git, cancellationToken);
            return outcome.Succeeded
                ? null
                : $"git {arguments[0]} ended with exit code {outcome.ExitCode}: {outcome.StandardError.Trim().Split('\n')[0]}";
        }
        catch (GateException exception)
        {
            return exception.Problem.Message;
        }
    }

    // Nothing of the checkout's own configuration runs.
    static ChildCommand Git(string folder, string[] arguments) => new(
        "git",
        ["-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*",
            .. arguments])
    {
        WorkingDirectory = folder,
        Deadline = Deadline,
        TailLength = 4 << 20,
    };
}
