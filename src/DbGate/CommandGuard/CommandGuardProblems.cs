using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>The problems of the command guard: 0401-0449.</summary>
public static class CommandGuardProblems
{
    /// <summary>A production path reaches a destructive command.</summary>
    public static readonly ProblemCode Reached = new("DBG0401", "a production path reaches a destructive command", ExitCode.Blocked);

    /// <summary>A setting switches a protection off.</summary>
    public static readonly ProblemCode Flag = new("DBG0402", "a setting switches a protection off", ExitCode.Blocked);

    /// <summary>An entrypoint cannot be read.</summary>
    public static readonly ProblemCode Unreadable = new("DBG0403", "an entrypoint cannot be read", ExitCode.Blocked);

    /// <summary>A typed command is destructive.</summary>
    public static readonly ProblemCode Command = new("DBG0404", "the command is destructive for this environment", ExitCode.Blocked);

    /// <summary>A waiver has expired.</summary>
    public static readonly ProblemCode WaiverExpired = new("DBG0405", "the waiver for a destructive command has expired", ExitCode.Blocked);

    /// <summary>The folder to inspect does not exist.</summary>
    public static readonly ProblemCode NoRoot = new("DBG0406", "the folder to inspect does not exist", ExitCode.Usage);

    /// <summary>All problems of a report: what blocks first, what it could not follow as a warning, the rest as information.</summary>
    public static IReadOnlyList<Problem> Of(GuardReport report) =>
    [
        .. report.Findings.Where(finding => finding.Class == CommandClass.Destructive).Select(OfFinding),
        .. report.Flags.Select(OfFlag),
        .. report.Unreadable.Select(OfUnreadable),
        .. FollowingProblems.Of(report),
    ];

    /// <summary>The problem of a typed command that blocks; null for one that does not.</summary>
    public static Problem? Of(CommandVerdict verdict) => !verdict.Blocks ? null : new Problem(Command, verdict.Reason)
    {
        Cause = string.Join(" → ", verdict.Chain),
        State = DatabaseState.NotContacted,
        Fix = verdict.Operation is { } operation ? Remedies.For(operation) : "unset the variable",
    };

    internal static Problem RootMissing(string root) => new(NoRoot, $"'{root}' is no folder")
    {
        State = DatabaseState.NotContacted,
        Fix = "give the root folder of the project",
    };

    /// <summary>The process that runs the gate, and so the deploy, has a protection switched off.</summary>
    internal static Problem SetInThisProcess(string variable) => new(Flag, $"{variable} is set in this very process")
    {
        Cause = "the deploy inherits this environment",
        State = DatabaseState.NotContacted,
        Fix = "unset it where the gate is started",
    };

    static Problem OfFinding(GuardFinding finding) => finding is { ExpiredWaiver: { } expired, Blocks: true }
        ? new Problem(WaiverExpired, $"the waiver of {expired.Who} for prisma {finding.Operation} {(expired.HasExpired(TimeProvider.System.GetUtcNow()) ? "expired on" : "lasts longer than a year: until")} {expired.Expires:yyyy-MM-dd}")
        {
            Cause = $"{finding.Path}; {finding.Path.Reason}",
            State = DatabaseState.NotContacted,
            Fix = finding.Fix,
            Location = finding.Location,
        }
        : new Problem(Reached, $"{(finding.Path.Blocks ? "production reaches" : "reached")} prisma {finding.Operation}: {finding.Path}")
        {
            Severity = finding.Blocks ? Severity.Error : Severity.Information,
            Cause = finding.Waiver is { } waiver ? $"waived by {waiver.Who} until {waiver.Expires:yyyy-MM-dd}: {waiver.Reason}" : finding.Path.Reason,
            State = DatabaseState.NotContacted,
            Fix = finding.Fix,
            Location = finding.Location,
        };

    static Problem OfFlag(FlagFinding flag) => new(Flag, $"{flag.Name} is set")
    {
        Severity = flag.Blocks ? Severity.Error : Severity.Information,
        Cause = flag.Reason,
        State = DatabaseState.NotContacted,
        Fix = $"remove {flag.Name} from {flag.Location.File}",
        Location = flag.Location,
    };

    static Problem OfUnreadable(UnreadableFile file) => new(Unreadable, $"{file.Location.File} cannot be read: {file.Reason}")
    {
        Severity = file.IsEntrypoint ? Severity.Error : Severity.Information,
        Cause = "what cannot be read may run anything",
        State = DatabaseState.NotContacted,
        Fix = "repair the file, or class its path in dbgate.json",
        Location = file.Location,
    };
}
