using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>Knex: file names with their extension, and a lock row that survives a kill.</summary>
sealed partial class KnexTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("knex", "Knex", "knex_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "row is_locked of knex_migrations_lock",
        Deploy = "npx --no-install knex migrate:latest",
        Status = "npx knex migrate:list",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited.",
            "Whether a set lock belongs to a running deploy."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["knex_migrations_lock"];

    protected override IReadOnlyList<string> Packages => ["knex"];

    protected override Regex File => FileName();

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Files.Any(file => ProjectTree.NameOf(file).StartsWith("knexfile.", StringComparison.Ordinal)) ? base.Detect(project) : [];

    public override bool Owns(LedgerTable table) =>
        table.Has("name", "character varying") && table.Has("batch", "integer") && table.Has("migration_time");

    public override string Rows(LedgerTable table) => NameRows(table, "name", "migration_time", "id");

    public override async Task<IReadOnlyList<Problem>> ExamineAsync(
        Session session, LedgerTable ledger, CancellationToken cancellationToken)
    {
        var name = $"{Sql.Identifier(ledger.Schema)}.{Sql.Identifier(ledger.Name + "_lock")}";
        if (!await session.ScalarAsync<bool>("select to_regclass($1) is not null", cancellationToken, name)
            || await session.ScalarAsync<int>($"select coalesce(max(is_locked), 0) from {name}", cancellationToken) == 0)
        {
            return [];
        }

        return [
            ToolProblems.StaleLock(
                this, $"the lock row of {ledger.Name}_lock is set",
                "a deploy runs now, or one was killed; Knex refuses to deploy until it is released",
                FixCommand.Run("npx", "knex", "migrate:unlock"))];
    }

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        var stems = folder.Migrations.ToLookup(one => Stem(one.Name), StringComparer.Ordinal);
        var renamed =
            ledger.Rows.Where(row => folder.Migrations.All(one => one.Name != row.Name) && stems.Contains(Stem(row.Name))).ToArray();
        if (renamed.Length > 0)
        {
            yield return ToolProblems.History(
                this,
                $"the ledger has {renamed[0].Name}, and the folder has {stems[Stem(renamed[0].Name)].First().Name}",
                "Knex compares names with their extension; compiling TypeScript changes it, and the migration directory counts as corrupt",
                "Deploy from the same kind of files as before, or set migrations.folder to the folder that the deploy uses");
        }
    }

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name, batch, migration_time) select {Sql.Literal(migration.Name)}, coalesce(max(batch), 0) + 1, now() "
            + $"from {table.Sql}";

    [GeneratedRegex(@"^[0-9].*\.(?:js|cjs|mjs|ts|coffee)$")]
    private static partial Regex FileName();
}
