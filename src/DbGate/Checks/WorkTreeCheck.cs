using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>The files that are released are those of the commit that the report names.</summary>
sealed class WorkTreeCheck : ICheck
{
    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } =
        new("DBG0126", "workTree", "The work tree is the commit", "commit or revert the changed files, and release from a clean checkout");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (Commits.Find(context.Settings.Root) is not { } commit)
        {
            return CheckResult.Skipped("the project is not in a git checkout, so no commit can be compared");
        }

        var tree = await WorkTree.ReadAsync(
            context.Settings.Root,
            [context.Settings.GetPath(GeneralSettings.ReportsFolder), context.Settings.GetPath(BackupSettings.Folder)],
            cancellationToken);
        var blocks = context.IsProduction && !context.Settings.Get(SafetySettings.AllowDirtyWorkTree);
        if (tree.Unknown is { } why)
        {
            return CheckResult.From([CheckProblems.WorkTreeUnknown(why, blocks)], $"not compared with commit {commit[..12]}: {why}");
        }

        string[] files = [.. tree.Changed, .. tree.Untracked];
        var isReleased = tree.Changed.Count > 0 || tree.Untracked.Any(file => file.EndsWith("/migration.sql", StringComparison.Ordinal));
        return files.Length == 0
            ? CheckResult.Passed($"commit {commit[..12]}")
            : CheckResult.From(
                [CheckProblems.WorkTreeChanged(commit, files, blocks && isReleased)],
                $"{files.Length} {(files.Length == 1 ? "file differs" : "files differ")} from commit {commit[..12]}");
    }
}
