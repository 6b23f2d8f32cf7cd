using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// A tool that the catalogue does not have: the settings name its folder, its command, and the column of its ledger that holds the names of
/// applied migrations. A name there is a file's name, with or without its extension, or the number that it begins with.
/// </summary>
sealed class CustomTool : FileTool
{
    /// <summary>The value of <c>migrations.tool</c>.</summary>
    public const string Id = "custom";

    readonly string column;

    CustomTool(string ledger, string column)
    {
        this.column = column;
        Facts = new(Id, "the project's own tool", ledger)
        {
            Support = ToolSupport.Ledger,
            OutOfOrder = OutOfOrderRule.Applies,
            Unknown = ["Everything but the names of applied migrations."],
            Tested = "a ledger made by hand",
        };
    }

    public override ToolFacts Facts { get; }

    public override string? Schema => null;

    /// <summary>Reads the settings; null where they do not ask for it.</summary>
    /// <exception cref="GateException">DBG0222: a setting is missing.</exception>
    public static CustomTool? Create(Settings settings)
    {
        if (!settings.Get(MigrationSettings.Tool).Equals(Id, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return settings.Get(MigrationSettings.Folder).Length == 0
            ? throw new GateException(ToolProblems.Custom("migrations.folder"))
            : settings.Find(MigrationSettings.Command) is null ? throw new GateException(ToolProblems.Custom("migrations.command"))
            : settings.Get(MigrationSettings.Ledger).Split('.') is not [var schema, var table, var column]
                ? throw new GateException(ToolProblems.Custom("migrations.ledger as schema.table.column"))
            : new CustomTool($"{schema}.{table}", column);
    }

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) => [];

    protected override string? NameOf(string file) => file;

    protected override bool IsSql(string file) => false;

    /// <summary>All rows are named in the same way; a row that fits no file stays as it is, and is missing.</summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        Func<string, string>[] ways = [name => name, name => Path.ChangeExtension(name, null), name => name.Split('.')[0], LeadingNumber];
        var best =
            ways.Select(way => Names(folder, way))
                .FirstOrDefault(names => names.Count == folder.Migrations.Count && ledger.Rows.Any(row => names.ContainsKey(row.Name)))
            ?? Names(folder, LeadingNumber);
        return ledger with { Rows =
            [.. ledger.Rows.Select(row =>
                row with { Name = best.GetValueOrDefault(row.Name) ?? best.GetValueOrDefault(LeadingNumber(row.Name)) ?? row.Name })] };
    }

    static Dictionary<string, string> Names(MigrationFolder folder, Func<string, string> way)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var migration in folder.Migrations)
        {
            names.TryAdd(way(migration.Name), migration.Name);
        }

        return names;
    }

    public override bool WritesStates => false;

    public override bool Owns(LedgerTable table) => table.Columns.Any(one => one.Name == column);

    public override string Rows(LedgerTable table) => NameRows(table, Sql.Identifier(column));
}
