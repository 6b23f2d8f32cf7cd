using DbGate.Backups;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates.Steps;
using DbGate.Migrations.Deploy;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Plans;
using DbGate.Targets;

namespace DbGate.Gates;

/// <summary>What must be proven before a deploy: taken from this run's evidence, else done again. A skipped task proves nothing.</summary>
static class Preconditions
{
    public static async Task DemandAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (context.State.Guard is null)
        {
            await DemandAsync(new ForbidDbPushStep(), context, cancellationToken);
        }

        if (context.State.Safety is null)
        {
            await DemandAsync(new ProductionSafetyStep(), context, cancellationToken);
        }
    }

    /// <summary>
    /// The backup of this run, or the plan's, or by policy a fresh one from the store. Always of the very database that is deployed to.
    /// </summary>
    public static async Task<BackupProof?> DemandBackupAsync(
        GateContext context, TargetIdentity target, PlanFile? plan, CancellationToken cancellationToken)
    {
        var proof = context.State.Backup
            ?? (plan?.Plan.Promise.Backup is { } planned ? await PlanBackups.ProveAsync(context, plan, planned, cancellationToken) : null)
            ?? await context.Services.Evidence.NewestVerifiedAsync(context, target, cancellationToken);
        if (proof is null)
        {
            return context.IsProduction || context.Settings.Find(BackupSettings.Enabled)?.Text == "true"
                ? throw new GateException(DeployProblems.NoBackup("none was taken in this run, and policy accepts no earlier one"))
                : null;
        }

        return proof.Identity.IsSameDatabaseAs(target)
            ? await BackupLevels.DemandAsync(context, proof, cancellationToken)
            : throw new GateException(DeployProblems.OtherDatabase(proof.Identity, target));
    }

    static async Task DemandAsync(IStep step, GateContext context, CancellationToken cancellationToken)
    {
        var ran = await step.RunAsync(context, cancellationToken);
        var result = ran with { Problems = [.. context.Waive(ran.Problems)] };
        if (result.AllProblems.FirstOrDefault(problem => problem.IsBlocking) is { } problem)
        {
            throw new GateException(problem);
        }

        if (result.IsBlocking)
        {
            throw new GateException(DeployProblems.Precondition(step.Descriptor.Name, result.Summary));
        }
    }
}
