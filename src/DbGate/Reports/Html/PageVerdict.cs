using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Deploys;
using DbGate.Releases.Plans;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Reports.Html;

/// <summary>How a verdict looks: each has its colour, its sign and its word, so that no single one has to be seen.</summary>
enum VerdictStyle
{
    /// <summary>Nothing to state.</summary>
    Calm,

    /// <summary>It holds.</summary>
    Good,

    /// <summary>A person is asked for.</summary>
    Waiting,

    /// <summary>It does not hold; the database is as it was.</summary>
    Bad,

    /// <summary>The database has changed, or no one knows.</summary>
    Alarm,
}

/// <summary>A command, and what it is for.</summary>
/// <param name="What">In words.</param>
/// <param name="Line">The command line; null where the words are all of it.</param>
sealed record NextCommand(string What, string? Line);

/// <summary>The answer to the manager's first question. Pure.</summary>
/// <param name="Style">How it looks.</param>
/// <param name="Word">The verdict in a word or three.</param>
/// <param name="Sentence">The verdict in a sentence.</param>
/// <param name="Next">What to type next.</param>
sealed record PageVerdict(VerdictStyle Style, string Word, string Sentence, IReadOnlyList<NextCommand> Next)
{
    /// <summary>What it answers.</summary>
    public string Question { get; private init; } = "May I approve?";

    public static PageVerdict From(GateReport report)
    {
        var blocking = report.AllProblems.Where(problem => problem.IsBlocking).ToArray();
        var (release, first) = (report.Release, blocking.FirstOrDefault());
        return (report.Verdict, release) switch
        {
            _ when report.Steps.IsEmpty
                && blocking.Length
                    == 0 => new(
                        VerdictStyle.Calm, "Nothing was checked", "This run came to no step. It says nothing about the release.",
                        []) { Question = "What happened?" },
            (Verdict.Blocked, _)
                when report.ExitCode
                    == ExitCode.MigrationFailed => Changed(
                        blocking.First(problem => problem.Code.ExitCode == ExitCode.MigrationFailed), release?.FailedDeploy),
            (Verdict.Blocked, { Deployed: { Count: > 0 } deployed }) => NotReady(deployed.Count, first),
            (Verdict.Blocked, { IsStored: true }) when LacksOnlyApprovals(report, blocking) => Waiting(release),
            (Verdict.Blocked, _) => Blocked(report, blocking),
            (_, { Deployed: { Count: > 0 } deployed }) => new(
                VerdictStyle.Good, "Released",
                $"{HtmlFormat.Migrations(deployed.Count)} applied to {report.Environment}, and read again from the ledger.",
                []) { Question = "What happened?" },
            (_, { Deployed: not null }) => new(
                VerdictStyle.Good, "Nothing to deploy", "No migration is pending; everything that was asked for holds.",
                []) { Question = "What happened?" },
            (_, { IsStored: true }) when release.Approvals.Count < release.ApprovalsRequired => Waiting(release),
            (_, { IsStored: true, Plan: { } plan }) => new(
                VerdictStyle.Good,
                release.ApprovalsRequired == 0 ? "May be deployed" : "Approved",
                release.ApprovalsRequired == 0
                    ? "The plan holds, and no approval is required here."
                    : $"{release.Approvals.Count} of {release.ApprovalsRequired} approvals. It may be deployed until "
                        + $"{HtmlFormat.Moment(plan.ExpiresAt)}.",
                [new("Deploy it", Line(ApprovalCommands.Release(plan, release.Digest!)))]),
            _ => new(
                VerdictStyle.Good, "Pass",
                HtmlFormat.Count(report.Steps.Length, "step holds", "steps hold")
                + ". This run made no plan, so there is nothing to approve.",
                []) { Question = "What happened?" },
        };
    }

    static bool LacksOnlyApprovals(GateReport report, Problem[] blocking) =>
        blocking.Length > 0
        && blocking.All(problem => problem.Code == EvidenceProblems.NotApprovedCode)
        && !report.Steps.Any(step => step.Result.Checks.Any(check => check.Result.IsBlocking));

    static PageVerdict Waiting(ReleaseFacts release)
    {
        var missing = release.ApprovalsRequired - release.Approvals.Count;
        var plan = release.Plan!;
        var losses = plan.Losses.Count;
        return new(
            VerdictStyle.Waiting,
            losses > 0 ? "Ready, and it loses data" : "Ready for approval",
            $"Everything that was checked holds. {HtmlFormat.Count(missing, "approval is", "approvals are")} missing until "
                + $"{HtmlFormat.Moment(plan.ExpiresAt)}, by a person other than {string.Join(" or ", plan.Requesters)}."
                + (losses > 0 ? $" Each approval accepts {HtmlFormat.Count(losses, "loss", "losses")} by name." : ""),
            [new("Approve", Line(ApprovalCommands.Approve(plan, release.Digest!))),
                new("Then deploy", Line(ApprovalCommands.Release(plan, release.Digest!)))]);
    }

    static PageVerdict Changed(Problem first, FailedDeploy? failed) => new(
        VerdictStyle.Alarm,
        "Act now",
        Ended(first.State ?? DatabaseState.Unknown),
        failed is null ? Fixes(first) : [.. failed.Ways.Take(2).Select(FirstOf)])
    {
        Question = "A migration failed",
    };

    /// <summary>The section below has all of its steps.</summary>
    static NextCommand FirstOf(WayBack way) =>
        new($"{char.ToUpperInvariant(way.Name[0])}{way.Name[1..]}: {way.Basis}{(way.Commands.Count > 1 ? ". The first step" : "")}",
            way.Commands[0]);

    /// <summary>The worst to mistake for "nothing happened": the migrations are in, and something after them does not hold.</summary>
    static PageVerdict NotReady(int deployed, Problem? first) => new(
        VerdictStyle.Alarm,
        "Deployed, not ready",
        $"{HtmlFormat.Migrations(deployed)} applied, and what came after does not hold: {Ended(first?.Message ?? "a check failed")}",
        Fixes(first))
    {
        Question = "The database has changed",
    };

    static NextCommand[] Fixes(Problem? problem) => problem?.Fix is not { } fix ? []
        : fix.Commands.IsEmpty ? [new NextCommand(fix.Sentence, null)]
        : [.. fix.Commands.Select((command, index) =>
            new NextCommand(command.Note ?? (index == 0 ? fix.Sentence : "Then"), Line(command)))];

    static string Line(FixCommand command) => CommandStyle.BuildScript.Line(command);

    static PageVerdict Blocked(GateReport report, Problem[] blocking)
    {
        var step = report.Steps.FirstOrDefault(step => step.Result.IsBlocking)?.Step.Name;
        var why = blocking.Length == 0
            ? "A check did not hold"
            : HtmlFormat.Count(blocking.Length, "problem blocks it", "problems block it");
        var state = blocking.Select(problem => problem.State).FirstOrDefault(state => state is not null);
        return new(
            VerdictStyle.Bad,
            report.ExitCode switch
            {
                ExitCode.Cancelled => "Cancelled",
                ExitCode.Locked or ExitCode.Environment => "Not now",
                _ => "Blocked",
            },
            $"{why}{(step is null ? "" : $", first in {step}")}{(state is null ? "." : $": {Ended(state)}")}",
            []);
    }

    static string Ended(string text) => text.EndsWith('.') ? text : $"{text}.";
}
