using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>dbmate: one SQL file with an up and a down part per migration.</summary>
sealed partial class DbmateTool : FileTool
{
    public override ToolFacts Facts { get; } = new("dbmate", "dbmate", "schema_migrations")
    {
        Support = ToolSupport.Full,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "npx --no-install dbmate --no-dump-schema up",
        Status = "npx dbmate status",
        Unknown = [
            "Whether an applied file was edited.", "Whether a deploy failed: a failure leaves no row.",
            "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        string[] files = [.. project.Named(FileName()).Where(file => UpLine().IsMatch(project.Text(file)))];
        return FoldersOf(project, files, files.Length == 0 ? "" : $"{files[0]} has a line \"-- migrate:up\"");
    }

    protected override string? NameOf(string file) => FileName().IsMatch(file) ? file : null;

    protected override string KeyOf(string name) => LeadingNumber(name);

    protected override string Up(string text) => Between(text, UpLine(), DownLine(), isUpFromTheStart: false);

    // Rails keeps the same columns, and ar_internal_metadata next to them.
    public override bool Owns(LedgerTable table) =>
        table.IsNamed(Facts.Ledger) && table.Columns.Count == 1 && table.Has("version", "character varying");

    public override bool Fits(IReadOnlyList<LedgerTable> tables) => !tables.Any(table => table.IsNamed("ar_internal_metadata"));

    public override string Rows(LedgerTable table) => NameRows(table, "version");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "version", names.Select(VersionOf));

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (version) values ({Sql.Literal(VersionOf(migration.Name))})";

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        NoTransaction().IsMatch(script.Text)
            ? (TransactionRule.PerStatement, "the file says transaction:false")
            : (TransactionRule.WholeFile, "dbmate runs the up part in one transaction");

    static string VersionOf(string name) => string.Concat(name.TakeWhile(char.IsAsciiDigit));

    [GeneratedRegex(@"^\d+.*\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\s*--\s*migrate:up", RegexOptions.Multiline)]
    private static partial Regex UpLine();

    [GeneratedRegex(@"^\s*--\s*migrate:down", RegexOptions.Multiline)]
    private static partial Regex DownLine();

    [GeneratedRegex(@"^\s*--\s*migrate:up.*\btransaction:false", RegexOptions.Multiline)]
    private static partial Regex NoTransaction();
}
