using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Git;

/// <summary>How the files of a checkout differ from its commit, as git reports it.</summary>
/// <param name="Changed">Files that git tracks and that were changed, added or deleted, relative to the checkout.</param>
/// <param name="Untracked">Files that git does not track and does not ignore; <c>.env</c> files do not count.</param>
/// <param name="Unknown">Why git could not tell; null when it did.</param>
sealed record WorkTree(IReadOnlyList<string> Changed, IReadOnlyList<string> Untracked, string? Unknown)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <param name="project">The project's folder.</param>
    /// <param name="own">Folders that DbGate itself writes to.</param>
    /// <param name="cancellationToken">Stops git.</param>
    public static async Task<WorkTree> ReadAsync(string project, IReadOnlyList<string> own, CancellationToken cancellationToken)
    {
        // No hook and no daemon of the checkout runs; whose files they are does not matter for looking at them.
        var git = new ChildCommand(
            "git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c", "safe.directory=*",
            "--no-optional-locks",
            "status", "--porcelain=v1", "--untracked-files=all", "--", ":/")
        {
            WorkingDirectory = project,
            Deadline = Deadline,
            TailLength = 4 << 20,
        };
        try
        {
            var outcome = await ChildProcess.RunAsync(git, cancellationToken);
            return outcome.Succeeded
                ? Read(outcome.StandardOutput, [.. own.Select(folder => Inside(project, folder))])
                : new WorkTree(
                    [], [], $"git status ended with exit code {outcome.ExitCode}: {outcome.StandardError.Trim().Split('\n')[0]}");
        }
        catch (GateException exception)
        {
            return new WorkTree([], [], exception.Problem.Message);
        }
    }

    /// <summary>Pure.</summary>
    /// <param name="status">What <c>git status --porcelain=v1</c> prints.</param>
    /// <param name="own">Folders that do not count, relative to the checkout, each with a slash at its end.</param>
    internal static WorkTree Read(string status, IReadOnlyList<string> own)
    {
        var (changed, untracked) = (new List<string>(), new List<string>());
        foreach (var entry in status.Split('\n').Where(entry => entry.Length > 3))
        {
            var (state, file) = (entry[..2], entry[3..].Trim('"'));
            if (state != "??")
            {
                changed.Add(file);
            }
            else if (!own.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))
                && !file[(file.LastIndexOf('/') + 1)..].StartsWith(".env", StringComparison.Ordinal))
            {
                untracked.Add(file);
            }
        }

        return new WorkTree(changed, untracked, null);
    }

    static string Inside(string project, string folder)
    {
        var checkout = Checkout.FolderOf(project);
        var relative = Path.GetRelativePath(project, folder).Replace('\\', '/');
        return $"{(checkout.Length == 0 ? "" : $"{checkout}/")}{relative}/";
    }
}
