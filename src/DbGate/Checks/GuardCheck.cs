using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>No production path reaches a destructive command; see the step <c>forbid-db-push</c>.</summary>
sealed class GuardCheck : ICheck
{
    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0401", "guard", "No production path reaches a destructive command",
        "remove the command from the path, or replace it by one that applies migrations");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var report = await Task.Run(() => Guard.Inspect(GuardRequests.For(context), cancellationToken), cancellationToken);
        return CheckResult.From(
            [.. CommandGuardProblems.From(report), .. OfNothing(context, report), .. OfStarts(context, report), .. OfPrograms(context)],
            Sentence(report));
    }

    /// <summary>What the guard can state when nothing blocks: what it followed, and what it could not follow.</summary>
    internal static string Sentence(GuardReport report) =>
        report.Entrypoints == 0
            ? $"not checked: nothing that production runs was found in {report.Files} {(report.Files == 1 ? "file" : "files")}"
            : $"no path to a destructive command, {Extent(report)}";

    /// <summary>How much of the project the verdict is about.</summary>
    internal static string Extent(GuardReport report) =>
        $"{Followed(report)}, {report.NotFollowed.Count} {(report.NotFollowed.Count == 1 ? "place" : "places")} not followed";

    /// <summary>What was followed: <c>8 entrypoints in 23 files followed</c>.</summary>
    internal static string Followed(GuardReport report) =>
        $"{report.Entrypoints} {(report.Entrypoints == 1 ? "entrypoint" : "entrypoints")} in {report.Files} "
            + $"{(report.Files == 1 ? "file" : "files")} followed";

    /// <summary>In production a start command that was not followed blocks, unless the rules accept it by its path.</summary>
    internal static IEnumerable<Problem> OfStarts(GateContext context, GuardReport report) =>
        context.IsProduction ? FollowingProblems.OfStarts(report, GuardRequests.Policy(context.Settings.Section("guard")).Unfollowed) : [];

    /// <summary>In production the commit must not replace the program that the deploy starts.</summary>
    internal static IEnumerable<Problem> OfPrograms(GateContext context) =>
        context.IsProduction ? CommittedPrograms.Find(context.Settings) : [];

    /// <summary>In production nothing to follow is not nothing to find, unless the rules state that there is nothing.</summary>
    internal static IEnumerable<Problem> OfNothing(GateContext context, GuardReport report) =>
        report.Entrypoints == 0 && context.IsProduction && !context.Settings.Get(SafetySettings.NoEntrypoints)
            ? [CheckProblems.NoEntrypoints(report.Files)]
            : [];
}
