using DbGate.Evidence.Rules;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Targets;

namespace DbGate.Evidence.Plans;

/// <summary>Reads the world as a plan promises it: once for the plan, and again under the lock.</summary>
static class PlanPromises
{
    public static PlanPromise Of(
        GateContext context, TargetIdentity identity, PrismaProject project, Ledger ledger, MigrationStatus status, PlanBackup? backup) => new()
        {
            Tool = $"DbGate {GateRun.ToolVersion}",
            Environment = context.Environment.ToString().ToLowerInvariant(),
            Target = new PlanTarget(
                identity.SystemIdentifier, identity.DatabaseOid, identity.DatabaseName, identity.ServerVersion, context.Target.DirectUrl.Schema),
            Commit = Commits.Find(context.Settings.Root),
            Engine = PlannedEngine.Of(context.Settings),
            PrismaVersion = project.Version?.ToString(),
            Applied =
            [
                .. ledger.Rows.Where(row => row.IsApplied).GroupBy(row => row.Name, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new PromisedMigration(group.Key, group.Last().Checksum)),
            ],
            Pending = [.. status.Pending.Select(entry => new PromisedMigration(entry.Name, entry.File!.Checksum!))],
            Rules = context.IsProduction ? RecordedRules.DigestOf(context.Settings.Rules) : null,
            Backup = backup,
        };

    public static PlanBackup? Of(BackupProof? proof) =>
        proof is null ? null : new PlanBackup(proof.Location.Split('/', '\\')[^1], proof.Location, proof.ManifestSha256, proof.TakenAt, proof.Level);
}
