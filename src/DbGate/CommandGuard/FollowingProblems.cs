using DbGate.CommandGuard.Files;
using DbGate.Git;
using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>The problems of following entrypoints: 0407-0409.</summary>
static class FollowingProblems
{
    const int ShownFiles = 5;

    /// <summary>A limit was reached on a path that production runs.</summary>
    public static readonly ProblemCode Limit = new("DBG0407", "Production runs something that cannot be followed", ExitCode.Blocked);

    /// <summary>The policy leaves entrypoints out.</summary>
    public static readonly ProblemCode Ignored = new("DBG0408", "Entrypoints are ignored by the policy", ExitCode.Blocked);

    /// <summary>The project has no entrypoint.</summary>
    public static readonly ProblemCode Nothing = new("DBG0409", "No entrypoint was found", ExitCode.Blocked);

    /// <summary>The start command of an image or a service is not followed.</summary>
    public static readonly ProblemCode Start = new("DBG0418", "A start command is not followed", ExitCode.Blocked);

    /// <summary>The commit replaces the program that the deploy starts by its name.</summary>
    public static readonly ProblemCode ReplacedProgram = new("DBG0419", "The commit replaces the deploy's program", ExitCode.Blocked);

    /// <param name="location">The file that replaces it.</param>
    /// <param name="cause">How.</param>
    /// <param name="fix">A sentence.</param>
    internal static Problem Replaced(SourceLocation location, string cause, string fix) =>
        new(ReplacedProgram, $"{location} replaces the program that the migrate command names")
        {
            Cause = cause,
            State = DatabaseState.NotContacted,
            Fix = $"{fix}; or deploy without the project's programs: --engine=direct",
            Location = location,
        };

    /// <summary>Start commands that were not followed, in files that the rules do not accept.</summary>
    /// <param name="report">What the guard found.</param>
    /// <param name="accepted">Globs of the files that the rules accept.</param>
    internal static IEnumerable<Problem> OfStarts(GuardReport report, IReadOnlyList<string> accepted)
    {
        var globs = accepted.Select(GlobPattern.Parse).OfType<GlobPattern>().ToArray();
        return report.NotFollowed
            .Where(place => place is { IsStart: true, Blocks: false, Context: PathClass.Production or PathClass.Unknown }
                && !globs.Any(glob => glob.Covers(place.Location.File)))
            .Select(place => new Problem(Start, $"{place.Location} starts something that cannot be followed: {place.Reason}")
            {
                Cause = $"{place.Text}; nothing of the application behind it was seen",
                State = DatabaseState.NotContacted,
                Fix = $"Start a file that is in the repository, or accept the start command by its path: \"guard\": {{ \"unfollowed\": "
                    + $"[\"{place.Location.File}\"] }} in dbgate.json.",
                Location = place.Location,
            });
    }

    internal static IEnumerable<Problem> From(GuardReport report) =>
    [
        .. report.NotFollowed.Where(place => place.Blocks).Select(OfPlace),
        .. report.Ignored.Select(ignored => OfIgnored(ignored, report.IgnoresAll)),
        .. report is { Entrypoints: 0, Ignored.Count: 0 } ? (Problem[])[NothingFound(report)] : [],
    ];

    static Problem OfPlace(NotFollowed place) => new(Limit, $"{place.Location}: {place.Reason}")
    {
        Cause = place.Text,
        State = DatabaseState.NotContacted,
        Fix = "Write the command out, or shorten the path. "
            + "If only development runs the file, class it under guard.development in dbgate.json.",
        Location = place.Location,
    };

    static Problem OfIgnored(IgnoredEntrypoints ignored, bool blocks) =>
        new(Ignored,
            $"\"{ignored.Pattern}\" ignores {ignored.Files.Count} {(ignored.Files.Count == 1 ? "file that runs" : "files that run")} "
                + "something")
    {
        Severity = blocks ? Severity.Error : Severity.Information,
        Cause = string.Join(", ", ignored.Files.Take(ShownFiles)) + (ignored.Files.Count > ShownFiles
            ? $" and {ignored.Files.Count - ShownFiles} more" : "") + (blocks ? "; every entrypoint of the project is ignored" : ""),
        State = DatabaseState.NotContacted,
        Fix = $"Remove the glob from guard.ignore in {ignored.File}, or make it narrower.",
        Location = new SourceLocation(ignored.File, ignored.Line),
    };

    static Problem NothingFound(GuardReport report) => new(Nothing, "nothing that production runs was found")
    {
        Severity = report.RequiresEntrypoints ? Severity.Error : Severity.Warning,
        Cause = $"0 entrypoints in {report.Files} {(report.Files == 1 ? "file" : "files")}",
        State = DatabaseState.NotContacted,
        Fix = "Check the project's folder, or name the files that production runs under guard.production in dbgate.json.",
    };
}
