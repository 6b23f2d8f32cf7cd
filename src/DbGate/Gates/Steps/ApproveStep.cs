using DbGate.Configuration;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Plans;
using DbGate.Problems;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Binds a person to a plan's digest.</summary>
sealed class ApproveStep : IProduces<ReleaseProof>
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("approve") with
    {
        IsRecorded = true,
        GoesOn = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var person = Demand(context.Settings.Get(TaskOptions.By), "by");
        Demand(context.Settings.Get(PlanSettings.Digest), "plan");
        var plan = (await PlanGate.NamedAsync(context, cancellationToken))!;
        var environment = context.Environment.ToString().ToLowerInvariant();
        if (plan.Plan.Promise.Environment != environment)
        {
            throw new GateException(EvidenceProblems.NoPlan(
                $"plan {plan.Digest[..8]} is for {plan.Plan.Promise.Environment}, not for {environment}",
                $"--environment={environment} was asked for"));
        }

        var time = await DatabaseTime.ReadAsync(context, cancellationToken);
        PlanGate.DemandUnexpired(plan, time.Now);
        var policy = ApprovalPolicy.Read(context.Settings, context.Environment);
        if (ApprovalCount.Refuse(plan.Plan, person, policy) is { } reason)
        {
            throw new GateException(EvidenceProblems.MayNotApprove(person, reason));
        }

        person = PersonName.Normalize(person);

        var accepted =
            context.Settings.Get(TaskOptions.AcceptLoss).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ApprovalCount.Unaccepted(plan.Plan, accepted) is { Count: > 0 } losses)
        {
            throw new GateException(EvidenceProblems.LossNotAccepted(plan, losses));
        }

        var via = await ConfirmAsync(context, plan, environment, cancellationToken);
        var isNew = await PlanGate.ApprovalsOf(context).SaveAsync(
            new Approval
            {
                Plan = plan.Digest,
                Environment = environment,
                By = person,
                ClaimedBy = policy.Keys.ContainsKey(person) ? null : context.Services.Account ?? Account.From(context.Settings),
                At = time.Now,
                Via = via,
                AcceptedLosses = accepted,
                Tool = $"DbGate {ToolVersion.Current}",
            },
            cancellationToken);
        var count = await PlanGate.CountAsync(context, plan, cancellationToken);
        context.Produce(this, new ReleaseProof(plan, IsStored: true, count));
        return Show(person, plan, isNew, count) with { NotChecked = [.. time.NotChecked is { } why ? [why] : Array.Empty<string>()] };
    }

    static StepResult Show(string person, PlanFile plan, bool isNew, ApprovalCount count) => new()
    {
        Summary = $"{person} {(isNew ? "approves" : "had approved")} plan {plan.Digest[..8]}: {count.Counted.Count} of {count.Required} "
            + "approvals",
        Outputs = [
            new Fact("digest", plan.Digest), new Fact("approval", count.IsEnough ? "given" : "required"),
            new Fact("commit", plan.Plan.Promise.Commit ?? "")],
        Facts =
        [
            new Fact("plan", plan.Digest),
            count.IsEnough
                ? new Fact("next", "release it") { Commands = [ApprovalCommands.Release(plan.Plan, plan.Digest)] }
                : new Fact(
                    "next",
                    $"{count.Required - count.Counted.Count} more must approve until "
                        + $"{plan.Plan.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, a person other than "
                        + $"{ApprovalCommands.Others(plan.Plan, count)}") { Commands = [ApprovalCommands.Approve(plan.Plan, plan.Digest)] },
            .. count.NotCounted.Select(reason => new Fact("not counted", reason)),
        ],
    };

    static string Demand(string value, string option) =>
        value.Length > 0 ? value : throw new GateException(ConfigurationProblems.MissingValue(option));

    static async Task<string> ConfirmAsync(GateContext context, PlanFile plan, string environment, CancellationToken cancellationToken)
    {
        var word = ApprovalCommands.For(environment);
        var given = context.Settings.Get(TaskOptions.Confirm);
        if (given.Length == 0 && context.Services.Prompt is { } prompt)
        {
            var typed = await prompt.AskAsync(Question(plan, word), cancellationToken);
            return typed?.Trim() == word ? "terminal" : throw new GateException(EvidenceProblems.NotConfirmed(plan));
        }

        return given == word ? "option" : throw new GateException(EvidenceProblems.NotConfirmed(plan));
    }

    static string Question(PlanFile plan, string word) => string.Join(
        '\n',
        [
            $"plan      {plan.Digest}",
            $"database  {TextSanitizer.Line(plan.Plan.Promise.Target.DatabaseName)} ({plan.Plan.Promise.Environment})",
            $"deploys   {TextSanitizer.Line(plan.Plan.Forecast.Sentence)}",
            .. (plan.Plan.RulesChanged ?? [])
                .Select(change => $"rule      {TextSanitizer.Line($"{change.Name}: {change.Before} → {change.After}")}"),
            .. plan.Plan.Losses.Select(loss => $"loses     {TextSanitizer.Line(loss.Words)}"),
            .. plan.Plan.Compatibility?.Interruption is { } interruption
                ? [$"accepts   {TextSanitizer.Line(interruption.Words)}"]
                : Array.Empty<string>(),
            .. plan.Plan.UnknownLoss is { } why ? [$"loses     not known: {TextSanitizer.Line(why)}"] : Array.Empty<string>(),
            .. plan.Plan.Promise.Backup is { } backup
                ? [$"backup    {backup.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; a restore loses "
                    + $"{RestoreLoss.Words(backup.TakenAt, backup.Written)}"]
                : Array.Empty<string>(),
            .. plan.Plan.Findings.Where(finding => finding.Severity != "information")
                .Select(finding => $"finding   {finding.Code} {TextSanitizer.Line(finding.Message)}"),
            .. plan.Plan.NotChecked.Select(text => $"unknown   {TextSanitizer.Line(text)}"),
            $"Type {word} to approve: ",
        ]);
}
