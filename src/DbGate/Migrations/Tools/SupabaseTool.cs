using System.Text.RegularExpressions;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>Supabase CLI: numbered SQL files.</summary>
sealed partial class SupabaseTool : FileTool
{
    public override ToolFacts Facts { get; } = new("supabase", "Supabase CLI", "supabase_migrations.schema_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Refuses,
        Deploy = null,
        Status = "supabase migration list",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row.",
            "Whether an applied file was edited: the ledger stores statements, not a checksum."],
        Tested = "ledgers made from its sources",
    };

    public override IReadOnlyList<string> Beside => ["supabase_migrations.seed_files"];

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named(FileName())
            .Where(file => ProjectTree.FolderOf(file) is var folder
                && (folder == "supabase/migrations" || folder.EndsWith("/supabase/migrations", StringComparison.Ordinal)))
            .Take(1)
            .Select(file => new ToolEvidence(this, ProjectTree.FolderOf(file), $"{file} exists"));

    protected override string? NameOf(string file) => FileName().IsMatch(file) ? file : null;

    protected override string KeyOf(string name) =>
        string.Concat(name.TakeWhile(char.IsAsciiDigit)) is { Length: > 0 } digits ? digits : name;

    public override bool Owns(LedgerTable table) => table.Has("version", "text") && table.Has("statements", "text[]");

    public override string Rows(LedgerTable table) => NameRows(table, "version");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "version", names.Select(KeyOf));

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (version, name) values ({Postgres.Sql.Literal(KeyOf(migration.Name))}, "
            + $"{Postgres.Sql.Literal(Path.ChangeExtension(migration.Name, null)[(KeyOf(migration.Name).Length + 1)..])})";

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        (TransactionRule.WholeFile, "the Supabase CLI sends a file as one implicit transaction");

    [GeneratedRegex(@"^[0-9]+_.*\.sql$")]
    private static partial Regex FileName();
}
