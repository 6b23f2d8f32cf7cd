using System.Text.RegularExpressions;
using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>Kysely: file names without their extension; the applied ones must be the first of the folder.</summary>
sealed partial class KyselyTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("kysely", "Kysely", "kysely_migration")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 3853314791062309107",
        Deploy = "npx --no-install kysely migrate latest",
        Status = "npx kysely migrate list",
        Unknown = [
            "Whether a deploy failed: all pending migrations are one transaction, and a failure leaves no row.",
            "Whether an applied migration was edited."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["kysely_migration_lock"];

    protected override IReadOnlyList<string> Packages => ["kysely", "kysely-ctl"];

    protected override Regex File => FileName();

    protected override string Named(string file) => Stem(file);

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 2 && table.Has("name", "character varying") && table.Has("timestamp", "character varying");

    public override string Rows(LedgerTable table) => NameRows(table, "name", null, "\"timestamp\", name");

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [3853314791062309107];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name, \"timestamp\") values ({Sql.Literal(migration.Name)}, "
            + "to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'))";

    [GeneratedRegex(@"^[0-9].*\.(?:[cm]?js|[cm]?ts)$")]
    private static partial Regex FileName();
}
