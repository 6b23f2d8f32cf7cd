using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Migrations.Tools;

/// <summary>When the files of a folder were added, by git's history of the commit that is checked out.</summary>
static class AddedFiles
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The place of the commit that added each file, counted from the oldest; null where git does not know the whole history.
    /// </summary>
    public static IReadOnlyDictionary<string, int>? Read(string folder)
    {
        if (!Directory.Exists(folder)
            || Run(folder, "rev-parse", "--is-shallow-repository")?.Trim() != "false"
            || Run(folder, "log", "--reverse", "--diff-filter=A", "--no-renames", "--name-only", "--format=@%H", "--", ".") is not { } log)
        {
            return null;
        }

        var (added, commit) = (new Dictionary<string, int>(StringComparer.Ordinal), 0);
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '@')
            {
                commit++;
            }
            else
            {
                added.TryAdd(Path.GetFileName(line), commit);
            }
        }

        return added;
    }

    // Nothing of the checkout's own configuration is run.
    static string? Run(string folder, params string[] arguments)
    {
        try
        {
            var command =
                new ChildCommand(
                    "git",
                    ["-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "safe.directory=*", "--no-optional-locks",
                        .. arguments])
            {
                WorkingDirectory = folder,
                Deadline = Deadline,
                TailLength = 16 << 20,
            };
            var outcome = Task.Run(() => ChildProcess.RunAsync(command, CancellationToken.None)).GetAwaiter().GetResult();
            return outcome.Succeeded ? outcome.StandardOutput : null;
        }
        catch (GateException)
        {
            return null;
        }
    }
}
