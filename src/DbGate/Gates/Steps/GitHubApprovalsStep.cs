using DbGate.Configuration;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Plans;
using DbGate.Problems;
using DbGate.Publishing;

namespace DbGate.Gates.Steps;

/// <summary>Takes the approvals that people gave on GitHub over into the evidence, bound to the plan's digest.</summary>
sealed class GitHubApprovalsStep : IProduces<ReleaseProof>
{
    const string Source = Approval.GitHubReview;

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("github-approvals") with
    {
        IsRecorded = true,
        GoesOn = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var source = context.Services.ApprovalSources.FirstOrDefault(source => source.Name == Source)
            ?? throw new GateException(PublishingProblems.Nobody(Descriptor.Name));
        if (context.Settings.Get(PlanSettings.Digest).Length == 0)
        {
            throw new GateException(ConfigurationProblems.MissingValue("plan"));
        }

        var plan = (await PlanGate.NamedAsync(context, cancellationToken))!;
        var environment = context.Environment.ToString().ToLowerInvariant();
        if (plan.Plan.Promise.Environment != environment)
        {
            throw new GateException(EvidenceProblems.NoPlan(
                $"plan {plan.Digest[..8]} is for {plan.Plan.Promise.Environment}, not for {environment}",
                $"--environment={environment} was asked for"));
        }

        var history = await source.ReadAsync(context, plan.Plan, plan.Digest, cancellationToken);
        var problems = context.Waive(history.Problems).ToList();
        var isTrusted = !problems.Any(problem => problem.IsBlocking);
        var refused = isTrusted ? await StoreAsync(context, plan, history, cancellationToken) : [];

        var count = await PlanGate.CountAsync(context, plan, cancellationToken);
        if (isTrusted && !count.IsEnough)
        {
            problems.Add(EvidenceProblems.NotApproved(plan, count));
        }

        context.Produce(this, new ReleaseProof(plan, IsStored: true, count));
        return new StepResult
        {
            Outputs = [
                new Fact("digest", plan.Digest), new Fact("approval", isTrusted && count.IsEnough ? "given" : "required"),
                new Fact("commit", plan.Plan.Promise.Commit ?? "")],
            Summary = isTrusted
                ? $"plan {plan.Digest[..8]}: {count.Counted.Count} of {count.Required} approvals{By(count)}"
                : $"plan {plan.Digest[..8]}: GitHub's reviews prove no approval",
            Problems = [.. problems],
            Facts =
            [
                new Fact("plan", plan.Digest),
                new Fact("reviewed at", history.Place),
                .. history.Reviews.Select(review => new Fact(review.IsApproval ? "approved" : "rejected", Show(review))),
                .. history.Facts,
                .. refused.Concat(count.NotCounted).Select(reason => new Fact("not counted", reason)),
            ],
            NotChecked = [.. history.NotChecked],
        };
    }

    /// <summary>Who may not approve leaves no approval; the result states who, and why.</summary>
    static async Task<IReadOnlyList<string>> StoreAsync(
        GateContext context, PlanFile plan, ReviewHistory history, CancellationToken cancellationToken)
    {
        var policy = ApprovalPolicy.Read(context.Settings, context.Environment);
        var refused = new List<string>();
        foreach (var review in history.Reviews.Where(review => review is { IsApproval: true, NotBound: null }))
        {
            if (ApprovalCount.Refuse(plan.Plan, review.By, policy) is { } reason)
            {
                refused.Add($"{review.By} {reason}");
            }
            else if (!policy.AuthorMay && history.Requesters.Contains(review.By, StringComparer.OrdinalIgnoreCase))
            {
                refused.Add($"{review.By} started this workflow run or ran it again, and may not approve its plan");
            }
            else if (ApprovalCount.Unaccepted(plan.Plan, review.AcceptedLosses) is [var loss, ..])
            {
                // An approval is written once: this one would keep the person's next review, which accepts the loss, from counting.
                refused.Add($"{review.By}: does not accept the loss {loss.Name}");
            }
            else
            {
                await PlanGate.ApprovalsOf(context).SaveAsync(
                    new Approval
                    {
                        Plan = plan.Digest,
                        Environment = plan.Plan.Promise.Environment,
                        By = review.By,
                        At = review.At ?? context.Clock.GetUtcNow(),
                        Via = Source,
                        Place = history.Place,
                        AcceptedLosses = review.AcceptedLosses,
                        Tool = $"DbGate {ToolVersion.Current}",
                    },
                    cancellationToken);
            }
        }

        return refused;
    }

    static string By(ApprovalCount count) =>
        count.Counted.Count == 0 ? "" : $" ({string.Join(", ", count.Counted.Select(approval => approval.By))})";

    static string Show(Review review) => string.Concat(
        review.By,
        review.At is { } at ? $" at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "",
        review.Comment.Length > 0 ? $": {review.Comment}" : "",
        review.NotBound is { } reason ? $" (not bound to this plan: {reason})" : "");
}
