using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Releases.Approvals;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Drift;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>Lets exactly what was approved through.</summary>
static class PlanGate
{
    /// <summary>
    /// The plan of this run: the one that it made, the one that <c>--plan</c> names, or, where approvals are required, the newest.
    /// </summary>
    /// <returns>Null when no one asks for a plan here.</returns>
    /// <exception cref="GateException">DBG0530, DBG0531: no such plan; DBG0540: one is required and there is none.</exception>
    public static async Task<PlanFile?> ChooseAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (context.State.Plan is { } proof)
        {
            return proof.File;
        }

        if (await NamedAsync(context, cancellationToken) is { } named)
        {
            return named;
        }

        if (context.Settings.Rules.Changes.Count == 0 && ApprovalPolicy.Read(context.Settings, context.Environment).Required == 0)
        {
            return null;
        }

        var environment = context.Environment.ToString().ToLowerInvariant();
        return await PlansOf(context).FindNewestAsync(environment, cancellationToken)
            ?? throw new GateException(EvidenceProblems.NoPlanYet(environment));
    }

    /// <summary>
    /// A plan of this run for a deploy without a plan: the same rules judge it. One that needs approvals is stored, unless the newest plan
    /// is of the same migrations: then that one may have them.
    /// </summary>
    public static async Task<(PlanFile File, IReadOnlyList<Problem> Problems)> DraftAsync(
        GateContext context, CancellationToken cancellationToken)
    {
        var draft = await Planner.DraftAsync(context, cancellationToken);
        var file = PlanFile.Write(draft.Plan, BackupRequests.Key(context.Settings));
        if (draft.Plan.ApprovalsRequired == 0 || draft.Problems.Any(problem => problem.IsBlocking))
        {
            return (file, draft.Problems);
        }

        if (await PlansOf(context).FindNewestAsync(draft.Plan.Promise.Environment, cancellationToken) is { } newest
            && newest.Plan.Promise.Pending.SequenceEqual(draft.Plan.Promise.Pending))
        {
            return (newest, draft.Problems);
        }

        await PlansOf(context).SaveAsync(
            file, PlanMarkdown.Render(file), draft.Catalog, context.State.Rehearsal?.Report.Effect, cancellationToken);
        return (file, draft.Problems);
    }

    /// <summary>The plan that <c>--plan</c> names; null when none is named.</summary>
    public static async Task<PlanFile?> NamedAsync(GateContext context, CancellationToken cancellationToken) =>
        context.Settings.Get(PlanSettings.Digest) is { Length: > 0 } digest
            ? await PlansOf(context).FindAsync(digest, cancellationToken)
            : null;

    /// <summary>
    /// Demands that the plan is not out of date, has not expired, and has its approvals. To be called under the lock.
    /// </summary>
    /// <param name="context">The run.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The services as it is now.</param>
    /// <param name="catalog">The target's objects now.</param>
    /// <param name="pending">The files of the migrations as they are now.</param>
    /// <param name="time">The database's time.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The approvals that count.</returns>
    /// <exception cref="GateException">DBG0532, DBG0533: exit 11; DBG0540: exit 10.</exception>
    public static async Task<ApprovalCount> DemandAsync(
        GateContext context, PlanFile plan, PlanPromise now, CatalogSnapshot catalog, IEnumerable<Migration> pending, DateTimeOffset time,
        CancellationToken cancellationToken)
    {
        if (PlanComparison.Between(plan.Plan.Promise, now) is { Count: > 0 } differences)
        {
            var named = differences.Contains(PlanComparison.Schema)
                ? [.. differences.Except([PlanComparison.Schema]), .. await MovedAsync(context, plan, catalog, cancellationToken)]
                : differences;
            throw new GateException(
                EvidenceProblems.PlanMoved(plan, now, named, await PlannedFileChange.FindAsync(plan.Plan, pending, cancellationToken)));
        }

        DemandUnexpired(plan, time);
        var count = await CountAsync(context, plan, cancellationToken);
        return count.IsEnough ? count : throw new GateException(EvidenceProblems.NotApproved(plan, count));
    }

    /// <summary>The objects that differ from those that the plan was made on.</summary>
    public static async Task<IReadOnlyList<string>> MovedAsync(
        GateContext context, PlanFile plan, CatalogSnapshot now, CancellationToken cancellationToken) =>
        await PlansOf(context).ReadCatalogAsync(plan, cancellationToken) is { } then
            && CatalogComparison.Between(then, now) is { Count: > 0 } moved
            ? [.. moved.Select(difference => $"since the plan was made: {difference.AsEffect()}")]
            : [PlanComparison.Schema];

    /// <summary>By the database's clock: plans expire by it, whatever time this machine has.</summary>
    /// <exception cref="GateException">DBG0533; or no connection.</exception>
    public static async Task DemandUnexpiredAsync(GateContext context, PlanFile plan, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        DemandUnexpired(plan, (await session.ScalarAsync<DateTimeOffset>("select clock_timestamp()", cancellationToken)).ToUniversalTime());
    }

    /// <param name="plan">The plan.</param>
    /// <param name="now">The database's time; this machine's where the database is not asked.</param>
    /// <exception cref="GateException">DBG0533; DBG0319: it is before the plan was made, so it shows nothing.</exception>
    public static void DemandUnexpired(PlanFile plan, DateTimeOffset now)
    {
        if (ClockSkews.IsBefore(plan.Plan, now))
        {
            throw new GateException(EvidenceProblems.ClockBehind(plan, now));
        }

        if (now > plan.Plan.ExpiresAt)
        {
            throw new GateException(EvidenceProblems.PlanExpired(plan, now));
        }
    }

    public static async Task<ApprovalCount> CountAsync(GateContext context, PlanFile plan, CancellationToken cancellationToken)
    {
        var policy = ApprovalPolicy.Read(context.Settings, context.Environment);
        var approvals = await ApprovalsOf(context).ListAsync(plan.Digest, cancellationToken);
        return ApprovalCount.From(plan, approvals, policy, BackupRequests.Key(context.Settings));
    }

    public static PlanStore PlansOf(GateContext context) =>
        new(BackupStores.Open(context.Settings)[0], BackupRequests.Key(context.Settings));

    public static ApprovalStore ApprovalsOf(GateContext context) =>
        new(BackupStores.Open(context.Settings)[0], BackupRequests.Key(context.Settings));
}
