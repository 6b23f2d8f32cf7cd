using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>node-pg-migrate: SQL files, which may hold both directions, or code.</summary>
sealed partial class NodePgMigrateTool : FileTool
{
    public override ToolFacts Facts { get; } = new("node-pg-migrate", "node-pg-migrate", "pgmigrations")
    {
        Support = ToolSupport.Full,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 7241865325823964",
        Deploy = "npx --no-install node-pg-migrate up",
        Status = null,
        Unknown = [
            "Whether an applied file was edited.", "Whether a deploy failed: a failure leaves no row.",
            "The SQL of migrations in JavaScript or TypeScript."],
        Tested = "real tool",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.NodePackage("node-pg-migrate") is { } found
            ? FoldersOf(project, project.Named(FileName()), $"{found} depends on node-pg-migrate")
            : [];

    protected override string? NameOf(string file) =>
        !file.EndsWith(".d.ts", StringComparison.Ordinal) && FileName().IsMatch(file) ? Path.GetFileNameWithoutExtension(file) : null;

    protected override bool IsIgnored(string file) => base.IsIgnored(file);

    public override string SortKey(string name) => $"{LeadingNumber(name)} {name}";

    protected override string Up(string text) => Between(text, UpLine(), DownLine(), isUpFromTheStart: true);

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 3 && table.Has("name", "character varying") && table.Has("run_on", "timestamp");

    public override string Rows(LedgerTable table) => NameRows(table, "name", "run_on", "run_on, id");

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [7241865325823964];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name, run_on) values ({Sql.Literal(migration.Name)}, now())";

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        (TransactionRule.WholeFile, "node-pg-migrate runs all pending migrations in one transaction");

    [GeneratedRegex(@"^\d+[_-].*\.(?:sql|js|cjs|mjs|ts|mts|cts)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\s*--[\s-]*up\s+migration", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex UpLine();

    [GeneratedRegex(@"^\s*--[\s-]*down\s+migration", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex DownLine();
}
