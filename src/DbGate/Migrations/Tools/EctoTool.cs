using System.Text.RegularExpressions;

namespace DbGate.Migrations.Tools;

/// <summary>Ecto (Elixir): numbered scripts.</summary>
sealed partial class EctoTool : CodeTool
{
    public override ToolFacts Facts { get; } = new("ecto", "Ecto", "schema_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "lock of the ledger table",
        Deploy = "mix ecto.migrate",
        Status = "mix ecto.migrations",
        Unknown = ["Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited."],
        Tested = "ledgers made by hand",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named("mix.exs").Any()
            ? FoldersOf(
                project, project.Named(FileName()).Where(file => file.Contains("/migrations/", StringComparison.Ordinal)), "mix.exs exists")
            : [];

    protected override string? NameOf(string file) => FileName().IsMatch(file) ? file : null;

    protected override string KeyOf(string name) => LeadingNumber(name);

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 2 && table.Has("version", "bigint") && table.Has("inserted_at", "timestamp");

    public override string Rows(LedgerTable table) => NameRows(table, "version", "inserted_at", "version");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"delete from {table.Sql} where version in "
            + $"({string.Join(", ", names.Select(name => string.Concat(name.TakeWhile(char.IsAsciiDigit))))})";

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (version, inserted_at) values ({string.Concat(migration.Name.TakeWhile(char.IsAsciiDigit))}, "
            + "now() at time zone 'utc')";

    [GeneratedRegex(@"^[0-9]+_.*\.exs$")]
    private static partial Regex FileName();
}
