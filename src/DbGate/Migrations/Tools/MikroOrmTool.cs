using System.Text.RegularExpressions;
using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>MikroORM: file names without their extension.</summary>
sealed partial class MikroOrmTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("mikro-orm", "MikroORM", "mikro_orm_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "npx --no-install mikro-orm migration:up",
        Status = "npx mikro-orm migration:pending",
        Unknown = [
            "Whether a deploy failed: all pending migrations are one transaction, and a failure leaves no row.",
            "Whether an applied migration was edited.", "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    protected override IReadOnlyList<string> Packages => ["@mikro-orm/migrations"];

    protected override Regex File => FileName();

    protected override string Named(string file) => Stem(file);

    protected override string KeyOf(string name) => Stem(name);

    public override bool Owns(LedgerTable table) =>
        table.Has("name", "character varying") && table.Has("executed_at") && table.Columns.Count == 3;

    public override string Rows(LedgerTable table) => NameRows(table, "name", "executed_at", "id");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name) values ({Sql.Literal(migration.Name)})";

    [GeneratedRegex(@"^Migration[0-9]{14}.*\.(?:js|ts|cjs)$")]
    private static partial Regex FileName();
}
