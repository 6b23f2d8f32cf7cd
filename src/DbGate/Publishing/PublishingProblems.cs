using DbGate.Problems;

namespace DbGate.Publishing;

/// <summary>What can be between a verdict and its readers.</summary>
static class PublishingProblems
{
    static readonly ProblemCode WaitingCode = new("DBG0901", "A verdict is not published yet", ExitCode.Environment);
    static readonly ProblemCode LostCode = new("DBG0903", "A verdict could be neither published nor stored", ExitCode.Environment);
    static readonly ProblemCode ForeignCode = new("DBG0904", "A stored verdict was not written by DbGate", ExitCode.Blocked);
    static readonly ProblemCode NobodyCode = new("DBG0905", "No publisher is configured", ExitCode.Usage);
    static readonly ProblemCode FaultCode = new("DBG0906", "Publishing failed unexpectedly", ExitCode.InternalFault);

    public static Problem Waiting(string publisher, string why, string where) =>
        Warning(WaitingCode, $"{publisher} does not show this verdict yet: {why}") with
        {
            Cause = $"kept in {where}",
            Fix = new("Nothing has to be done: the next run publishes it. To publish it at once", FixCommand.Gate("publish")),
        };

    public static Problem StillWaiting(string publisher, int count, string why) =>
        Warning(WaitingCode, $"{count} {(count == 1 ? "verdict waits" : "verdicts wait")} for {publisher}: {why}") with
        {
            Fix = new("Publish it when the service answers again", FixCommand.Gate("publish")),
        };

    public static Problem Lost(string publisher, string why, string folder) =>
        Warning(LostCode, $"{publisher} does not show this verdict, and it could not be kept: {why}") with
        {
            Cause = $"{folder} and the store of the backups refuse it",
            Fix = "keep the run's report; make one of the two writable",
        };

    public static Problem Foreign(string name) =>
        Warning(ForeignCode, $"{name} is not signed with this run's key, and is not published") with
        {
            Cause = "DBGATE_SIGNING_KEY is set, so only what it signed speaks in DbGate's name",
            Fix = "delete the file when it is not needed, and find out who wrote it",
        };

    public static Problem Nobody(string task) =>
        new(NobodyCode, $"{task} has nowhere to publish to")
        {
            Cause = "no publisher is on: outside of Actions it takes the repository's name, and everywhere a token",
            State = DatabaseState.NotContacted,
            Fix = "set GITHUB_TOKEN in the environment, and --github-repository=<owner>/<name> outside of Actions",
        };

    public static Problem Fault(string publisher, Exception exception) =>
        Warning(FaultCode, $"publishing on {publisher} failed: {exception.GetType().Name}: {exception.Message}") with
        {
            Fix = "report it, with the version that --version shows; the verdict is kept",
        };

    static Problem Warning(ProblemCode code, string message) => new(code, message) { Severity = Severity.Warning };
}
