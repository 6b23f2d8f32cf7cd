using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>Turns a status into problems and into the sentence of <c>/ready</c>. Pure.</summary>
static class MigrationFindings
{
    /// <summary>"4/4 migrations applied", or "Migration issues: 1 pending, 1 failed".</summary>
    public static string Sentence(MigrationFolder folder, Ledger ledger, MigrationStatus status, bool beforeDeploy = false)
    {
        if ((folder.Refusal ?? ledger.Refusal) is { } refusal)
        {
            return $"Migration issues: {refusal.Message}";
        }

        if (!folder.Exists)
        {
            return "Migration issues: no migrations folder";
        }

        (MigrationState State, string Word)[] issues =
        [
            (MigrationState.Pending, "pending"), (MigrationState.Failed, "failed"), (MigrationState.Running, "running"),
            (MigrationState.RolledBack, "rolled back"), (MigrationState.Edited, "edited"), (MigrationState.Missing, "missing on disk"),
            (MigrationState.NoFile, "without migration.sql"),
        ];
        if (folder.Unrecognized.Count > 0)
        {
            return $"Migration issues: {folder.Unrecognized.Count} unrecognized {(folder.Unrecognized.Count == 1 ? "file" : "files")}";
        }

        var pending = status.Pending.Count();
        if (beforeDeploy)
        {
            issues = [.. issues.Where(issue => issue.State is not (MigrationState.Pending or MigrationState.RolledBack))];
        }

        var counted = issues.Select(issue => (issue.Word, Count: status.Count(issue.State))).Where(issue => issue.Count > 0).ToArray();
        return counted.Length > 0
            ? "Migration issues: " + string.Join(", ", counted.Select(issue => $"{issue.Count} {issue.Word}"))
            : $"{status.Entries.Count - pending}/{status.Entries.Count} migrations "
                + $"applied{(beforeDeploy && pending > 0 ? $", {pending} to deploy" : "")}";
    }

    /// <summary>
    /// None of what was applied is in this checkout: then nothing else that can be stated about single migrations means anything.
    /// </summary>
    static bool IsForeign(MigrationFolder folder, MigrationStatus status) =>
        status.Count(MigrationState.Missing) is var missing and > 0
        && status.Entries.All(entry => entry.Row?.IsApplied != true || entry.State == MigrationState.Missing)
        && (!folder.Exists || missing > 1 || folder.Migrations.Count > 1);

    /// <summary>Everything that is wrong.</summary>
    /// <param name="folder">The migrations on disk.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="status">Both, held against each other.</param>
    /// <param name="commands">For the ledger.</param>
    /// <param name="beforeDeploy">True when pending migrations are what is about to be deployed, and no fault.</param>
    public static IReadOnlyList<Problem> From(
        MigrationFolder folder, Ledger ledger, MigrationStatus status, Tools.LedgerCommands commands, bool beforeDeploy)
    {
        if ((folder.Refusal ?? ledger.Refusal) is { } refusal)
        {
            return [refusal];
        }

        var problems = new List<Problem>();
        if (!folder.Exists)
        {
            problems.Add(MigrationProblems.NoFolder(folder.Path, folder.Tool));
        }

        if (folder.Unrecognized.Count > 0)
        {
            problems.Add(MigrationProblems.Unrecognized(folder, commands));
        }

        if (ledger.Rows.Count == 0 && ledger.Others is { } others)
        {
            problems.Add(MigrationProblems.OtherLedger(others, folder.Tool));
        }
        else if (!ledger.Exists && ledger.OtherTables > 0)
        {
            problems.Add(MigrationProblems.NoLedger(ledger.OtherTables, folder, commands));
        }

        if (IsForeign(folder, status))
        {
            return [
                .. problems,
                .. folder.Exists
                    ? [MigrationProblems.OtherApplication(status, folder, commands), .. folder.Tool.Judge(folder, ledger, status)]
                    : Array.Empty<Problem>()];
        }

        var byState = status.Entries.ToLookup(entry => entry.State);
        problems.AddRange(byState[MigrationState.Failed].Select(entry => MigrationProblems.Failed(entry, commands, folder.Tool)));
        problems.AddRange(byState[MigrationState.Running]
            .Select(entry => MigrationProblems.Running(entry, ledger.LockHolder!, folder.Tool)));
        problems.AddRange(byState[MigrationState.Edited].Select(entry => MigrationProblems.Edited(entry, folder.Tool)));
        problems.AddRange(byState[MigrationState.NoFile].Select(entry => MigrationProblems.NoFile(entry, folder.Tool)));
        AddList(byState[MigrationState.Missing], missing => MigrationProblems.Missing(missing, status, commands));
        if (!beforeDeploy)
        {
            AddList(byState[MigrationState.Pending], MigrationProblems.Pending);
            AddList(byState[MigrationState.RolledBack], MigrationProblems.RolledBack);
        }

        AddList(byState[MigrationState.Claimed], MigrationProblems.Claimed);
        AddList(status.Entries.Where(entry => entry.IsOutOfOrder), late => MigrationProblems.OutOfOrder(late, folder));
        AddList(
            status.Pending.Where(entry => !entry.File!.HasSql),
            code => Tools.ToolProblems.UnreadSql(folder.Tool, [.. code.Select(entry => entry.Name)]));
        problems.AddRange([.. folder.Problems, .. ledger.Problems, .. folder.Tool.Judge(folder, ledger, status)]);
        if (folder.Tool.MigratesUnderLock && ledger.LockHolder is { } holder && status.Count(MigrationState.Running) == 0)
        {
            problems.Add(MigrationProblems.ToolRuns(holder, folder.Tool));
        }

        problems.AddRange(status.Pending.Select(entry => entry.File!).Where(file => !file.IsUtf8).Select(MigrationProblems.NotUtf8));
        return problems;

        void AddList(IEnumerable<MigrationEntry> entries, Func<IReadOnlyList<MigrationEntry>, Problem> problem)
        {
            if (entries.ToArray() is { Length: > 0 } list)
            {
                problems.Add(problem(list));
            }
        }
    }
}
