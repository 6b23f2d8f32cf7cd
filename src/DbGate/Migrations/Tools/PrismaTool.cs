using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

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

    public override MigrationFolder Read(string root, string folder) => PrismaFolder.Read(folder);

    public override (string Folder, Version? Version)? Find(Settings settings) =>
        PrismaProject.Locate(settings) is var project ? (project.MigrationsFolder, project.Version) : null;

    public override ToolWords Words => new PrismaWords(this);

    public override bool HasDirectEngine => true;

    public override bool NamesBefore => true;

    public override bool SendsFilesRaw => true;

    public override bool ReadsOnlyUrls => true;

    // The row that it wrote before is the better sign.
    public override bool MigratesUnderLock => false;

    public override IReadOnlyDictionary<string, string?> Variables { get; } = new Dictionary<string, string?>
    {
        ["PRISMA_HIDE_UPDATE_MESSAGE"] = "1",
        ["CHECKPOINT_DISABLE"] = "1",
        ["NO_COLOR"] = "1",

        // Without its lock two deploys could run at once; it cannot be switched off from outside.
        ["PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK"] = null,
    };

    public override string? CodeOf(string problem) => problem switch
    {
        "DBG0202" => "P3009",
        "DBG0203" => "P1002",
        "DBG0209" => "P3005",
        "DBG0213" => "P3015",
        "DBG0214" => "P3019",
        "DBG0560" => "P3018",
        _ => null,
    };

    /// <summary>Its own statement after the file failed, because the file left an empty search_path (P1014).</summary>
    public override bool EndedAfterFile(MigrationEntry failed, string? failure) =>
        string.IsNullOrEmpty(failed.Row?.Logs) && failure?.Contains("P1014", StringComparison.Ordinal) == true;

    public override IEnumerable<Problem> ExamineInstallation(string root, IReadOnlyList<string> command) =>
        !command.Contains("prisma") ? []
        : command.Contains("--no-install") && !IsInstalled(root) ? [PrismaProblems.NotInstalled()]
        : PrismaEngineFile.Missing(root) is { } missing ? [missing] : [];

    /// <summary>Node looks for a package in the project and in every folder above it.</summary>
    static bool IsInstalled(string root)
    {
        for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var modules = Path.Combine(folder, "node_modules");
            if (Directory.Exists(Path.Combine(modules, "prisma"))
                || File.Exists(Path.Combine(modules, ".bin", "prisma"))
                || File.Exists(Path.Combine(modules, ".bin", "prisma.cmd")))
            {
                return true;
            }
        }

        return false;
    }

    public override Task<Ledger> ReadLedgerAsync(
        string? named, Session session, string schema, CancellationToken cancellationToken) =>
        LedgerReader.ReadAsync(session, schema, cancellationToken);

    public override string Logs(LedgerTable table, string name) =>
        $"select logs from {table.Sql} where migration_name = {Sql.Literal(name)}";

    /// <summary>From here on each statement commits on its own (prisma-engines#5767).</summary>
    static readonly Version Splitting = new(7, 4);

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        version is null
            ? (TransactionRule.PerStatement, "Prisma's version is not known; from 7.4 on each statement commits on its own")
            : version < Splitting ? (TransactionRule.WholeFile, $"Prisma {version} sends the file as one transaction")
            : (TransactionRule.PerStatement, $"Prisma {version} commits each statement on its own");

    public override bool Owns(LedgerTable table) =>
        table.Has("migration_name") && table.Has("checksum") && table.Has("rolled_back_at") && table.Has("applied_steps_count");

    public override string Rows(LedgerTable table) =>
        $"""
        select migration_name, checksum, started_at,
               case when rolled_back_at is not null then 'rolledback' when finished_at is null then 'failed'
                 else 'applied' end, left(logs, 2000)
          from {table.Sql} order by started_at, migration_name
        """;

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [LedgerReader.Lock];

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
