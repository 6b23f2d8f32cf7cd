using System.Text;
using System.Text.RegularExpressions;

namespace DbGate.Migrations.Tools;

/// <summary>Rails: numbered Ruby files.</summary>
sealed partial class RailsTool : CodeTool
{
    public override ToolFacts Facts { get; } = new("rails", "Rails", "schema_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "advisory lock 2053462845 * crc32(database)",
        Deploy = "bin/rails db:migrate",
        Status = "bin/rails db:migrate:status",
        Unknown = ["Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["ar_internal_metadata"];

    protected override bool IsRecursive => true;

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named(FileName())
            .Where(file => $"/{ProjectTree.FolderOf(file)}/".Contains("/db/migrate/", StringComparison.Ordinal))
            .Take(1)
            .Select(file =>
                new ToolEvidence(
                    this, file[..(file.IndexOf("db/migrate/", StringComparison.Ordinal) + "db/migrate".Length)], $"{file} exists"));

    protected override string? NameOf(string file) => FileName().IsMatch(ProjectTree.NameOf(file)) ? ProjectTree.NameOf(file) : null;

    protected override string KeyOf(string name) => LeadingNumber(name);

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 1 && table.Has("version", "character varying") && table.IsNamed(Facts.Ledger);

    public override bool Fits(IReadOnlyList<LedgerTable> tables) => tables.Any(table => table.IsNamed("ar_internal_metadata"));

    public override string Rows(LedgerTable table) => NameRows(table, "version");

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) =>
        [2053462845L * Crc32.From(Encoding.UTF8.GetBytes(database))];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        Delete(table, "version", names.Select(name => string.Concat(name.TakeWhile(char.IsAsciiDigit))));

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (version) values ({Postgres.Sql.Literal(string.Concat(migration.Name.TakeWhile(char.IsAsciiDigit)))})";

    [GeneratedRegex(@"^[0-9]+_[_a-z0-9]*\.?[_a-z0-9]*\.rb$")]
    private static partial Regex FileName();
}
