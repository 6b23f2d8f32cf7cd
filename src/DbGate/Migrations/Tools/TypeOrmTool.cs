using System.Text.RegularExpressions;
using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>TypeORM: class names that end with a time in milliseconds.</summary>
sealed partial class TypeOrmTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("typeorm", "TypeORM", "migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = null,
        Status = "npx typeorm migration:show -d <data source>",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited.",
            "Whether a deploy runs now: it takes no lock.", "Compiled files that the data source loads besides the sources."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["typeorm_metadata"];

    protected override IReadOnlyList<string> Packages => ["typeorm"];

    protected override Regex File => FileName();

    protected override Migration Migration(string root, string folder, string file, string name)
    {
        var read = base.Migration(root, folder, file, name);
        var text = System.IO.File.ReadAllText(read.Path);
        var match = NameProperty().Match(text) is { Success: true } property ? property : ClassName().Match(text);
        return match.Success ? read with { Name = match.Groups[1].Value } : read;
    }

    public override string SortKey(string name) => Time().Match(name).Value.PadLeft(20, '0');

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 3 && table.Has("timestamp", "bigint") && table.Has("name", "character varying") && table.Has("id");

    public override string Rows(LedgerTable table) => NameRows(table, "name", "to_timestamp(\"timestamp\" / 1000.0)", "id");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (\"timestamp\", name) values ({Time().Match(migration.Name).Value}, {Sql.Literal(migration.Name)})";

    [GeneratedRegex(@"^[0-9]{13}-.+\.(?:js|cjs|ts)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\bclass\s+(\w+[0-9]{13})\b")]
    private static partial Regex ClassName();

    [GeneratedRegex("""^\s*(?:readonly\s+|public\s+)*name\s*=\s*["'](\w+[0-9]{13})["']""", RegexOptions.Multiline)]
    private static partial Regex NameProperty();

    [GeneratedRegex("[0-9]{13}$")]
    private static partial Regex Time();
}
