using DbGate.Problems;
using DbGate.Texts;

namespace DbGate.Checks;

static partial class CheckProblems
{
    const int Shown = 5;

    static readonly ProblemCode OtherDatabaseCode = new("DBG0125", "The URLs point to different databases", ExitCode.Blocked);
    static readonly ProblemCode WorkTreeCode = new("DBG0126", "The work tree differs from the commit", ExitCode.Blocked);
    static readonly ProblemCode NoChecksCode = new("DBG0127", "No check ran", ExitCode.Blocked);
    static readonly ProblemCode NoEntrypointsCode = new("DBG0129", "No file that production runs was found", ExitCode.Blocked);

    /// <param name="application">Name and place of the application's URL.</param>
    /// <param name="direct">Name and place of the direct URL.</param>
    public static Problem OtherDatabase(string application, string direct) =>
        Blocked(
            OtherDatabaseCode,
            $"{application} and {direct} are different databases",
            "a lock that was taken through one URL is not seen through the other",
            "set both URLs to the same server and database, or remove DIRECT_URL");

    public static Problem WorkTreeChanged(string commit, IReadOnlyList<string> files, bool blocks) =>
        new(WorkTreeCode,
            $"{files.Count} {(files.Count == 1 ? "file differs" : "files differ")} from commit {commit[..12]}: "
                + $"{string.Join(", ", files.Take(Shown))}{(files.Count > Shown ? $" and {files.Count - Shown} more" : "")}")
        {
            Severity = blocks ? Severity.Error : Severity.Warning,
            Cause = "the report and the plan name the commit, but these files are released",
            State = DatabaseState.NotContacted,
            Fix = "commit or revert the files, or add them to .gitignore; to release them nevertheless: DBGATE_ALLOW_DIRTY_WORK_TREE=true",
        };

    public static Problem WorkTreeUnknown(string why, bool blocks) =>
        new(WorkTreeCode, $"it is not known whether the work tree is the commit: {why}")
        {
            Severity = blocks ? Severity.Error : Severity.Warning,
            State = DatabaseState.NotContacted,
            Fix = "install git and make the checkout readable for it; to release nevertheless: DBGATE_ALLOW_DIRTY_WORK_TREE=true",
        };

    public static Problem NoChecks(string why) =>
        Blocked(NoChecksCode, $"no check ran: {why}", "what was not checked does not pass", "report it: no setting of DbGate leads here");

    public static Problem NoEntrypoints(int files) =>
        new(NoEntrypointsCode,
            $"nothing that production runs was found in {TextSanitizer.Count(files, "file", "files")}, so forbid-db-push checked nothing")
        {
            Cause = "no Dockerfile, compose file, workflow, package script or platform configuration that runs in production",
            State = DatabaseState.NotContacted,
            Fix = "name what production runs in dbgate.json: \"guard\": { \"production\": [\"deploy/**\"] }; or, if there is nothing: "
                + "DBGATE_NO_ENTRYPOINTS=true",
        };
}
