using DbGate.Releases.Rehearsals;
using DbGate.Releases.Rules;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Migrations;
using DbGate.Migrations.Drift;
using DbGate.Postgres;
using DbGate.Targets;

namespace DbGate.Releases.Plans;

/// <summary>Reads what a plan promises: once for the plan, and again under the lock.</summary>
static class PlanPromises
{
    public static PlanPromise From(
        GateContext context, TargetIdentity identity, MigrationProject project, Ledger ledger, MigrationStatus status, PlanBackup? backup,
        CatalogSnapshot catalog) => new()
        {
            Tool = $"DbGate {ToolVersion.Current}",
            Environment = context.Environment.ToString().ToLowerInvariant(),
            Target = new PlanTarget(
                identity.SystemIdentifier, identity.DatabaseOid, identity.DatabaseName, identity.ServerVersion,
                context.Target.DirectUrl.Schema),
            Commit = Commits.Find(context.Settings.Root),
            Engine = PlannedEngine.From(context.Settings),
            ToolVersion = project.Version?.ToString(),
            Programs = CommandPrograms.Read(context.Settings),
            Applied =
            [
                .. ledger.Rows.Where(row => row.IsApplied).GroupBy(row => row.Name, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new PromisedMigration(group.Key, group.Last().Checksum)),
            ],
            Pending = [.. status.Pending.Select(entry => new PromisedMigration(entry.Name, entry.File!.Checksum!))],
            Rules = context.IsProduction ? RecordedRules.DigestOf(context.Settings.Rules) : null,
            Backup = backup,
            CatalogSha256 = CatalogDigest.From(catalog),
        };

    public static PlanBackup? From(BackupProof? proof) =>
        proof is null
            ? null
            : new PlanBackup(proof.Location.Split('/', '\\')[^1], proof.Location, proof.ManifestSha256, proof.TakenAt, proof.Level);

    /// <summary>The same, with what was written between the backup and now.</summary>
    /// <param name="proof">The backup.</param>
    /// <param name="earlier">The database's writes directly before it; null when they were not read.</param>
    /// <param name="now">The database's writes now; null where the server does not tell them.</param>
    public static PlanBackup? From(BackupProof? proof, DatabaseWrites? earlier, DatabaseWrites? now) =>
        From(proof) is { } backup ? backup with { Counters = earlier?.Total, Written = now?.Since(earlier?.Total) } : null;
}
