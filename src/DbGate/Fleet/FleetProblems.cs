using DbGate.Problems;

namespace DbGate.Fleet;

/// <summary>What can be wrong with a fleet.</summary>
static class FleetProblems
{
    static readonly ProblemCode NotPassedCode = new("DBG0571", "A database of the fleet did not pass", ExitCode.Blocked);
    static readonly ProblemCode NotRunCode = new("DBG0572", "A database of the fleet was not reached", ExitCode.Blocked);
    static readonly ProblemCode ChangedCode = new("DBG0573", "A migration failed in the fleet", ExitCode.MigrationFailed);
    static readonly ProblemCode ListCode = new("DBG0574", "The fleet cannot be read", ExitCode.Usage);

    public static Problem NotPassed(FleetRun run)
    {
        var changed = run.ExitCode == (int)ExitCode.MigrationFailed;
        return new(changed ? ChangedCode : NotPassedCode, $"{run.Name} ended with exit {run.ExitCode}: {run.Problem ?? run.Summary}")
        {
            Cause = run.Path,
            State = changed
                ? "its database has changed, or its state is unknown; its report tells"
                : "as its own report tells; the other databases are not touched by it",
            Fix = "read its report, put it right, and release that database again; those that passed have nothing left to deploy",
        };
    }

    public static Problem NotRun(IReadOnlyList<string> names) =>
        new(NotRunCode,
            $"{names.Count} {(names.Count == 1 ? "database was" : "databases were")} not reached: "
                + $"{string.Join(", ", names.Take(10))}{(names.Count > 10 ? ", …" : "")}")
        {
            Cause = "an earlier wave or a database before them failed, or their report was not collected",
            State = "nothing was deployed to them in this run, unless their report was lost",
            Fix = "put right what failed, and start the fleet again; databases that passed have nothing left to deploy",
        };

    public static Problem List(string path, string why) =>
        new(ListCode, $"the list of databases {path} cannot be used: {why}")
        {
            State = DatabaseState.NotContacted,
            Fix = "write one name of letters, digits and _ a line, and name the file: --fleet-list=.github/dbgate-fleet",
        };

    public static Problem Reports(string folder, string why) =>
        new(ListCode, $"the reports in {folder} cannot be read: {why}")
        {
            State = DatabaseState.NotContacted,
            Fix = "name the folder that holds <database>/<run>/report.json: --fleet-reports=<folder>",
        };

    public static Problem NoList() =>
        new(ListCode, "no list of databases is named")
        {
            State = DatabaseState.NotContacted,
            Fix = "name the file: --fleet-list=.github/dbgate-fleet",
        };
}
