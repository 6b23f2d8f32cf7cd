using System.Text.RegularExpressions;
using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>Sequelize: file names with their extension; nothing else.</summary>
sealed partial class SequelizeTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("sequelize", "Sequelize", "SequelizeMeta")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "npx --no-install sequelize-cli db:migrate",
        Status = "npx sequelize-cli db:migrate:status",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row, and the first half of the migration stays.",
            "Whether an applied migration was edited.", "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    protected override IReadOnlyList<string> Packages => ["sequelize-cli", "umzug", "sequelize"];

    protected override Regex File => FileName();

    public override bool Owns(LedgerTable table) => table.IsNamed(Facts.Ledger) && table.Has("name", "character varying");

    public override string Rows(LedgerTable table) => NameRows(table, "name");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name) values ({Sql.Literal(migration.Name)})";

    [GeneratedRegex(@"^[0-9].*\.(?:cjs|js|cts|ts)$")]
    private static partial Regex FileName();
}
