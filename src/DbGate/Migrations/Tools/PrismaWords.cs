namespace DbGate.Migrations.Tools;

/// <summary>What is particular to Prisma 6 and 7: its own error codes, and directories instead of files.</summary>
sealed class PrismaWords(MigrationTool tool) : ToolWords(tool)
{
    public override string AfterFailure => "every further deploy is refused (P3009)";

    public override string Lock => "Prisma's lock";

    public override string LockedOut => "Prisma's migration lock; after 10 s the deploy gives up";

    public override string WithoutFolder => "prisma migrate deploy would say \"No migration found\" and exit 0";

    public override string WithoutFile => "prisma migrate deploy would stop with P3015";

    public override string WithoutLedger =>
        "it was filled by prisma db push, by hand or by another tool; prisma migrate deploy would stop with P3005";

    public override string OtherFiles =>
        "DbGate applies and checks directories with a migration.sql; these files would be neither applied nor checked";

    public override string MoveFiles => "Move each into a directory of its own (<name>/migration.sql), or out of the folder";

    public override string Ledger(LedgerTable table) => LedgerReader.Table;

    public override string Edited(MigrationEntry entry) =>
        $"the ledger holds sha256 {MigrationProblems.Short(entry.Row!.Checksum)}, the file has "
            + $"{MigrationProblems.Short(entry.File?.Checksum)}; prisma migrate deploy does not look";

    public override string FileOf(string migration) => $"{migration}/migration.sql";

    public override (string Name, string Value) Fact(MigrationProject project) =>
        ("prisma", project.Version?.ToString() ?? "version unknown: neither node_modules nor package.json names it");
}
