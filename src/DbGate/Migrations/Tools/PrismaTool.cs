using DbGate.Migrations.Deploy;
using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>Prisma 6 and 7; also plain directories with a <c>migration.sql</c> each, which the direct engine applies.</summary>
sealed class PrismaTool : MigrationTool
{
    static readonly string[] Configs = ["schema.prisma", "prisma.config.ts", "prisma.config.js", "prisma.config.mjs", "prisma7.config.ts"];

    public override ToolFacts Facts { get; } = new("prisma", "Prisma 6 and 7", LedgerReader.Table)
    {
        Support = ToolSupport.Full,
        Checksum = "SHA-256 of the file",
        RecordsFailures = true,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "advisory lock 72707369",
        Deploy = "npx --no-install prisma migrate deploy",
        Status = "npx prisma migrate status",
        Unknown = ["How many statements of a failed migration were applied (from 7.4 on)."],
        Tested = "real tool",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        // Prisma 8 has the same names for its configuration.
        foreach (var config in Prisma8Tool.IsIn(project) ? [] : project.Named(Configs))
        {
            var folder = ProjectTree.NameOf(config) == Configs[0] ? ProjectTree.FolderOf(config) : $"{ProjectTree.FolderOf(config)}/prisma";
            yield return new(this, $"{folder}/migrations", $"{config} exists");
        }

        foreach (var file in project.Named("migration_lock.toml"))
        {
            yield return new(this, ProjectTree.FolderOf(file), $"{file} exists");
        }
    }

    public override MigrationFolder Read(string root, string folder) => MigrationFolder.Read(folder);

    public override bool Owns(LedgerTable table) =>
        table.Has("migration_name") && table.Has("checksum") && table.Has("rolled_back_at") && table.Has("applied_steps_count");

    public override string Rows(LedgerTable table) =>
        $"""
        select migration_name, checksum, started_at,
               case when rolled_back_at is not null then 'rolledback' when finished_at is null then 'failed'
                 else 'applied' end, left(logs, 2000)
          from {table.Sql} order by started_at, migration_name
        """;

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [LedgerReader.PrismaLock];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"update {table.Sql} set rolled_back_at = now() where migration_name in ({string.Join(", ", names.Select(Sql.Literal))}) and "
            + "rolled_back_at is null";

    /// <summary>As <c>prisma migrate resolve</c> does it; a ledger that is not there is made first.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied) =>
        !isApplied ? [Forget(table, [entry.Name])]
        :
        [
            $"create table if not exists {table.Sql} ({LedgerWriter.Columns})",
            $"{Forget(table, [entry.Name])} and finished_at is null",
            $"insert into {table.Sql} (id, checksum, migration_name, started_at, finished_at) values (gen_random_uuid(), "
                + $"{Sql.Literal(entry.File!.Checksum!)}, {Sql.Literal(entry.Name)}, now(), now())",
        ];
}
