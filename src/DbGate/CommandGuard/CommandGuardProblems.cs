using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>The problems of the command guard: 0401-0449.</summary>
static class CommandGuardProblems
{
    /// <summary>A production path reaches a destructive command.</summary>
    public static readonly ProblemCode Reached = new("DBG0401", "A production path reaches a destructive command", ExitCode.Blocked);

    /// <summary>A setting switches a protection off.</summary>
    public static readonly ProblemCode Flag = new("DBG0402", "A setting turns a protection off", ExitCode.Blocked);

    /// <summary>An entrypoint cannot be read.</summary>
    public static readonly ProblemCode Unreadable = new("DBG0403", "An entrypoint cannot be read", ExitCode.Blocked);

    /// <summary>A typed command is destructive.</summary>
    public static readonly ProblemCode Command = new("DBG0404", "The command is destructive for this environment", ExitCode.Blocked);

    /// <summary>A waiver has expired.</summary>
    public static readonly ProblemCode WaiverExpired = new("DBG0405", "The waiver for a destructive command has expired", ExitCode.Blocked);

    /// <summary>The folder to inspect does not exist.</summary>
    public static readonly ProblemCode NoRoot = new("DBG0406", "The folder to inspect does not exist", ExitCode.Usage);

    /// <summary>Something that production runs applies migrations, or changes the schema, outside the release.</summary>
    public static readonly ProblemCode Bypassed = new("DBG0413", "Migrations are applied outside the release", ExitCode.Blocked);

    /// <summary>It cannot be told what a typed command does.</summary>
    public static readonly ProblemCode CannotTell = new("DBG0414", "The command cannot be judged", ExitCode.Blocked);

    /// <summary>A hook's input has the format of no agent that is known.</summary>
    public static readonly ProblemCode UnknownHook = new("DBG0415", "Unknown hook format", ExitCode.Usage);

    /// <summary>A command would change production, by the identity of the server that it reaches.</summary>
    public static readonly ProblemCode Production = new("DBG0416", "The command reaches production", ExitCode.Blocked);

    /// <summary>The database that a command reaches could not be compared with production.</summary>
    public static readonly ProblemCode Unidentified = new("DBG0417", "The database of the command is not identified", ExitCode.Blocked);

    internal static Problem ReachesProduction(Postgres.TargetIdentity target, string from, string? fix) =>
        new(Production, $"this would hit PRODUCTION: database {target.DatabaseName}")
    {
        Cause = $"the server has system identifier {target.SystemIdentifier} and the database has oid {target.DatabaseOid}, as production "
            + $"has by {from}",
        State = DatabaseState.NotContacted,
        Fix = fix ?? "Run the command against a development database.",
    };

    internal static Problem NotIdentified(string why) => new(Unidentified, why)
    {
        State = DatabaseState.NotContacted,
        Fix = "Set DATABASE_URL for the command and DATABASE_URL_PROD for production, or take a backup of production first.",
    };

    /// <summary>The kind of problem that a finding is, its waivers aside.</summary>
    internal static ProblemCode CodeOf(GuardFinding finding) => finding.Class == CommandClass.Bypassing ? Bypassed : Reached;

    /// <summary>All problems of a report: what blocks first, what it could not follow as a warning, the rest as information.</summary>
    public static IReadOnlyList<Problem> From(GuardReport report) =>
    [
        .. report.Findings.Where(finding => finding.Class is CommandClass.Destructive or CommandClass.Bypassing)
            .Select(finding => OfFinding(finding, report.Environment)),
        .. report.Flags.Select(OfFlag),
        .. report.Unreadable.Select(OfUnreadable),
        .. FollowingProblems.From(report),
    ];

    /// <summary>The problem of a typed command that blocks; null for one that does not.</summary>
    public static Problem? From(CommandVerdict verdict) => !verdict.Blocks ? null
        : verdict.CannotTell
            ? new Problem(CannotTell, verdict.Reason)
            {
                Cause = string.Join("; ", verdict.NotFollowed.Take(3).Select(place => place.Text).Distinct()),
                State = DatabaseState.NotContacted,
                Fix = "Write the command out, without variables and without code that builds it.",
            }
            : new Problem(Command, verdict.Reason)
            {
                Cause = verdict.Chain.Count == 0 ? null : string.Join(" → ", verdict.Chain),
                State = DatabaseState.NotContacted,
                Fix = verdict.Fix ?? "Unset the variable.",
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

    static Problem OfFinding(GuardFinding finding, string environment) => finding is { ExpiredWaiver: { } expired, Blocks: true }
        ? new Problem(WaiverExpired,
            $"the waiver of {expired.Who} for {finding.Display} "
                + $"{(expired.HasExpired(TimeProvider.System.GetUtcNow()) ? "expired on" : "lasts longer than a year: until")} "
                + $"{expired.Expires:yyyy-MM-dd}")
        {
            Cause = $"{finding.Path}; {finding.Path.Reason}",
            State = DatabaseState.NotContacted,
            Fix = finding.Fix,
            Location = finding.Location,
        }
        : new Problem(CodeOf(finding), $"{(finding.Path.Blocks ? environment : "development")} reaches {finding.Display}: {finding.Path}")
        {
            Severity = finding.Blocks ? Severity.Error : finding.Class == CommandClass.Bypassing && finding.Path.Blocks
                && finding.Waiver is null ? Severity.Warning : Severity.Information,
            Cause = finding.Waiver is { } waiver ? $"waived by {waiver.Who} until {waiver.Expires:yyyy-MM-dd}: {waiver.Reason}"
                : $"{finding.Path.Reason}; {finding.Effect}",
            State = DatabaseState.NotContacted,
            Fix = finding.Fix,
            Location = finding.Location,
        };

    static Problem OfFlag(FlagFinding flag) => new(flag.Class == CommandClass.Bypassing ? Bypassed : Flag, $"{flag.Name} is set")
    {
        Severity = flag.Blocks ? Severity.Error : flag.Class == CommandClass.Bypassing && flag.Context is PathClass.Production
            or PathClass.Unknown ? Severity.Warning : Severity.Information,
        Cause = flag.Effect == flag.Reason ? flag.Reason : $"{flag.Reason}; {flag.Effect}",
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
