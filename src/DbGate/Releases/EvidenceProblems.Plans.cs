using DbGate.Backups;
using DbGate.Releases.Approvals;
using DbGate.Releases.Plans;
using DbGate.Problems;

namespace DbGate.Releases;

static partial class EvidenceProblems
{
    static readonly ProblemCode NoPlanCode = new("DBG0530", "The plan does not exist", ExitCode.Blocked);
    static readonly ProblemCode PlanAlteredCode = new("DBG0531", "The plan was modified", ExitCode.Stale) { IsProof = true };
    static readonly ProblemCode PlanMovedCode = new("DBG0532", "The plan is out of date", ExitCode.Stale);
    static readonly ProblemCode PlanExpiredCode = new("DBG0533", "The plan has expired", ExitCode.Stale);
    static readonly ProblemCode LossesGrewCode = new("DBG0510", "The deploy would lose more data than the plan lists", ExitCode.Stale);
    static readonly ProblemCode SchemaMovedCode = new("DBG0511", "The schema changed while the release was prepared", ExitCode.Stale);
    static readonly ProblemCode MoreThanRehearsedCode =
        new("DBG0513", "A migration changes more than at its rehearsal", ExitCode.Stale);
    static readonly ProblemCode ForecastCode = new("DBG0534", "The deploy would fail", ExitCode.Blocked);
    internal static readonly ProblemCode NotApprovedCode = new("DBG0540", "The plan is not approved", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode MayNotApproveCode =
        new("DBG0541", "This person may not approve this plan", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode NotConfirmedCode = new("DBG0542", "The approval was not confirmed", ExitCode.Blocked);
    static readonly ProblemCode LossCode = new("DBG0543", "A data loss is not accepted", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode ApproversCode = new("DBG0570", "The approvers file cannot be read", ExitCode.Usage);
    static readonly ProblemCode PolicyCode = new("DBG0544", "The approval policy cannot be read", ExitCode.Usage);

    public static Problem NoPlan(string what, string why) =>
        new(NoPlanCode, what)
        {
            Cause = why,
            State = DatabaseState.Untouched,
            Fix = new("Make a plan; it prints its digest", FixCommand.Gate("release")),
        };

    public static Problem PlanAltered(string name, string why) =>
        new(PlanAlteredCode, $"{name} is not the plan that was approved")
        {
            Cause = why,
            State = DatabaseState.Untouched,
            Fix = new("Find out who wrote this file, and make a new plan", FixCommand.Gate("release")),
        };

    /// <param name="plan">The plan.</param>
    /// <param name="now">The services.</param>
    /// <param name="differences">What moved.</param>
    /// <param name="change">The first change in an approved file.</param>
    public static Problem PlanMoved(PlanFile plan, PlanPromise now, IReadOnlyList<string> differences, PlannedFileChange? change = null) =>
        new(PlanMovedCode, $"plan {plan.Digest[..8]} is out of date: {differences[0]}")
        {
            Cause = differences.Count > 1 ? string.Join("; ", differences) : change?.Words,
            Location = change?.Location,
            Excerpt = change?.Excerpt,
            State = DatabaseState.Untouched,
            Fix = differences.Count == 1 && plan.Plan.Promise.Engine != now.Engine
                ? new Fix(
                    "Release with the plan's engine, or make a new plan and have it approved",
                    ApprovalCommands.Release(plan.Plan, plan.Digest),
                    PlannedEngine.Release(now.Environment, now.Engine) with { Note = "or a new plan" })
                : new Fix("Make a new plan and have it approved", PlannedEngine.Release(now.Environment, now.Engine)),
        };

    public static Problem PlanExpired(PlanFile plan, DateTimeOffset now) =>
        new(PlanExpiredCode, $"plan {plan.Digest[..8]} expired at {plan.Plan.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
        {
            Cause = $"it is {now.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; its backup and its rehearsal describe the data of "
                + $"{plan.Plan.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z",
            State = DatabaseState.Untouched,
            Fix = new(
                "Make a new plan; where approvals take longer, use --plan-expiry=4h",
                FixCommand.Gate("release", ("environment", plan.Plan.Promise.Environment))),
        };

    /// <summary>No one can tell whether a plan has expired by a clock that is behind.</summary>
    public static Problem ClockBehind(PlanFile plan, DateTimeOffset now) =>
        new(PreflightProblems.ClockSkewCode,
            $"this machine's clock is {(plan.Plan.CreatedAt - now).TotalMinutes:0} min behind the database's, so it is not known whether "
                + $"plan {plan.Digest[..8]} has expired")
        {
            Cause = $"the plan was made at {plan.Plan.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z by the database's clock; it is "
                + $"{now.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z here",
            State = DatabaseState.Untouched,
            Fix = "set this machine's clock (let it follow NTP), and run it again",
        };

    /// <summary>A person changed the schema between the backup of this run and its plan.</summary>
    public static Problem SchemaMoved(IReadOnlyList<string> objects) =>
        new(SchemaMovedCode, $"the schema changed while this release was prepared: {objects[0]}")
        {
            Cause = string.Join("; ", objects.Take(Shown)) + (objects.Count > Shown ? $"; and {objects.Count - Shown} more" : ""),
            State = DatabaseState.Untouched,
            Fix = "find out who changed it, and run the release again: its backup and its rehearsal are of the schema before",
        };

    /// <param name="plan">The plan.</param>
    /// <param name="exceeded">What the deploy would lose beyond what was accepted.</param>
    public static Problem LossesGrew(PlanFile plan, IReadOnlyList<string> exceeded) =>
        new(LossesGrewCode, $"the deploy would lose more than plan {plan.Digest[..8]} says: {exceeded[0]}")
        {
            Cause = string.Join("; ", exceeded),
            State = "database unchanged: it was counted before the first statement",
            Fix = new Fix(
                "Make a new plan and have it approved", PlannedEngine.Release(plan.Plan.Promise.Environment, plan.Plan.Promise.Engine)),
        };

    /// <param name="migration">The migration.</param>
    /// <param name="exceeded">What it did beyond the rehearsal.</param>
    /// <param name="fix">What leads on.</param>
    public static Problem MoreThanRehearsed(string migration, IReadOnlyList<string> exceeded, Fix fix) =>
        new(MoreThanRehearsedCode, $"{migration} was rolled back: {exceeded[0]}")
        {
            Cause = string.Join("; ", exceeded.Take(Shown)) + (exceeded.Count > Shown ? $"; and {exceeded.Count - Shown} more" : ""),
            State = "database unchanged: it was compared before the commit, and rolled back",
            Fix = fix,
        };

    public static Problem WillFail(Forecasts.Forecast forecast, Fix? fix) =>
        new(ForecastCode, $"the deploy would fail{(forecast.Code is null ? "" : $" with {forecast.Code}")}: {forecast.Sentence}")
        {
            State = DatabaseState.Untouched,
            Fix = fix,
        };

    public static Problem NoPlanYet(string environment) =>
        new(NotApprovedCode, $"a deploy to {environment} needs an approved plan, and there is none")
        {
            Cause = "approvals are required here (section \"approvals\" of dbgate.json)",
            State = DatabaseState.Untouched,
            Fix = new("Make the plan; it prints how to approve it", FixCommand.Gate("release", ("environment", environment))),
        };

    public static Problem NotApproved(PlanFile plan, ApprovalCount count)
    {
        return new(NotApprovedCode, $"plan {plan.Digest} has {count.Counted.Count} of {count.Required} approvals")
        {
            Cause = string.Join("; ", Causes()) is { Length: > 0 } causes ? causes : null,
            State = DatabaseState.Untouched,
            Fix = new(
                $"Have it approved by a person other than {ApprovalCommands.Others(plan.Plan, count)}, then release",
                ApprovalCommands.Approve(plan.Plan, plan.Digest),
                ApprovalCommands.Release(plan.Plan, plan.Digest)),
        };

        IEnumerable<string> Causes() =>
        [
            .. count.Counted.Count > 0
                ? [$"approved so far by {string.Join(", ", count.Counted.Select(approval => approval.By))}"]
                : Array.Empty<string>(),
            .. count.NotCounted.Count > 0 ? [$"not counted: {string.Join("; ", count.NotCounted)}"] : Array.Empty<string>(),
            .. plan.Plan.Losses.Count > 0 ? ["it loses data"]
                : plan.Plan.UnknownLoss is { } why ? [$"it may lose data: {why}"]
                : Array.Empty<string>(),
        ];
    }

    public static Problem MayNotApprove(string person, string why) =>
        new(MayNotApproveCode, $"{person} {why}")
        {
            State = "nothing was approved",
            Fix = "Let another person approve; the section \"approvals\" of the rules in force and the file of approvers name who may",
        };

    public static Problem NotConfirmed(PlanFile plan) =>
        new(NotConfirmedCode, $"the approval was not confirmed with {ApprovalCommands.For(plan.Plan.Promise.Environment)}")
        {
            State = "nothing was approved",
            Fix = new(
                $"Type {ApprovalCommands.For(plan.Plan.Promise.Environment)} when a terminal asks for it; where there is no terminal, "
                    + "confirm with the option",
                ApprovalCommands.Approve(plan.Plan, plan.Digest)),
        };

    public static Problem LossNotAccepted(PlanFile plan, IReadOnlyList<PlanLoss> losses) =>
        new(LossCode, $"the plan loses data that the approval does not accept: {losses[0].Words}")
        {
            Cause = string.Join("; ", losses.Select(loss => loss.Words)),
            State = "nothing was approved",
            Fix = new("If the loss is intended, accept each one by its name", ApprovalCommands.Approve(plan.Plan, plan.Digest)),
        };

    public static Problem Policy(string why) =>
        new(PolicyCode, $"the section \"approvals\" of dbgate.json cannot be read: {why}")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation("dbgate.json"),
            Fix = """write "approvals": { "production": { "required": 1, "dataLoss": 2, "approvers": ["ana", "ben"], "authorMayApprove": false } }""",
        };

    public static Problem Approvers(string file, string why) =>
        new(ApproversCode, $"the approvers file {file} cannot be used: {why}")
        {
            State = DatabaseState.Untouched,
            Fix = "Write one name per line, commit the file to a protected branch, and name a copy outside of the released checkout: "
                + "--approvers-file=<path>",
        };
}
