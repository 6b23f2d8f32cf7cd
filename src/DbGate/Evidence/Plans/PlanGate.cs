using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Evidence.Approvals;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Evidence.Plans;

/// <summary>Lets exactly what was approved through.</summary>
static class PlanGate
{
    /// <summary>The plan of this run: the one that it made, the one that <c>--plan</c> names, or, where approvals are required, the newest.</summary>
    /// <returns>Null when nobody asks for a plan here.</returns>
    /// <exception cref="GateException">DBG0530, DBG0531: no such plan; DBG0540: one is required and there is none.</exception>
    public static async Task<PlanFile?> ChooseAsync(GateContext context, CancellationToken cancellation)
    {
        if (context.Proof<PlanProof>() is { } proof)
        {
            return proof.File;
        }

        if (await NamedAsync(context, cancellation) is { } named)
        {
            return named;
        }

        if (context.Settings.Rules.Changes.Count == 0 && ApprovalPolicy.Read(context.Settings, context.Environment).Required == 0)
        {
            return null;
        }

        var environment = context.Environment.ToString().ToLowerInvariant();
        return await PlansOf(context).FindNewestAsync(environment, cancellation) ?? throw new GateException(EvidenceProblems.NoPlanYet(environment));
    }

    /// <summary>The plan that <c>--plan</c> names; null when none is named.</summary>
    public static async Task<PlanFile?> NamedAsync(GateContext context, CancellationToken cancellation) =>
        context.Settings.Get(SettingsCatalog.Plan) is { Length: > 0 } digest ? await PlansOf(context).FindAsync(digest, cancellation) : null;

    /// <summary>Demands that the plan still describes the world, has not expired, and has its approvals. To be called under the lock.</summary>
    /// <param name="context">The run.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The world as it is now.</param>
    /// <param name="pending">The files of the migrations as they are now.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The approvals that count.</returns>
    /// <exception cref="GateException">DBG0532, DBG0533: exit 11; DBG0540: exit 10.</exception>
    public static async Task<ApprovalCount> DemandAsync(GateContext context, PlanFile plan, PlanPromise now, IEnumerable<Migration> pending, CancellationToken cancellation)
    {
        if (PlanComparison.Between(plan.Plan.Promise, now) is { Count: > 0 } differences)
        {
            throw new GateException(EvidenceProblems.PlanMoved(plan, now, differences, await PlannedFileChange.FindAsync(plan.Plan, pending, cancellation)));
        }

        DemandUnexpired(plan, context.Clock.GetUtcNow());
        var count = await CountAsync(context, plan, cancellation);
        return count.IsEnough ? count : throw new GateException(EvidenceProblems.NotApproved(plan, count));
    }

    /// <exception cref="GateException">DBG0533.</exception>
    public static void DemandUnexpired(PlanFile plan, DateTimeOffset now)
    {
        if (now > plan.Plan.ExpiresAt)
        {
            throw new GateException(EvidenceProblems.PlanExpired(plan, now));
        }
    }

    public static async Task<ApprovalCount> CountAsync(GateContext context, PlanFile plan, CancellationToken cancellation)
    {
        var policy = ApprovalPolicy.Read(context.Settings, context.Environment);
        var approvals = await ApprovalsOf(context).ListAsync(plan.Digest, cancellation);
        return ApprovalCount.Of(plan, approvals, policy, BackupRequests.Key(context.Settings));
    }

    public static PlanStore PlansOf(GateContext context) => new(BackupStores.Open(context.Settings)[0], BackupRequests.Key(context.Settings));

    public static ApprovalStore ApprovalsOf(GateContext context) => new(BackupStores.Open(context.Settings)[0], BackupRequests.Key(context.Settings));
}
