using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>goose: SQL files with an up and a down part; migrations may also be Go code.</summary>
sealed partial class GooseTool : FileTool
{
    public override ToolFacts Facts { get; } = new("goose", "goose", "goose_db_version")
    {
        Support = ToolSupport.Full,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 4097083626, where the program uses it",
        Deploy = null,
        Status = "goose -dir <folder> postgres status",
        Unknown = [
            "Whether an applied file was edited.", "Whether a deploy failed: a failure leaves no row.", "The SQL of migrations in Go."],
        Tested = "ledgers made from its sources",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        string[] files = [.. project.Named(FileName()).Where(file => UpLine().IsMatch(project.Text(file)))];
        return FoldersOf(project, files, files.Length == 0 ? "" : $"{files[0]} has a line \"-- +goose Up\"");
    }

    protected override string? NameOf(string file) => FileName().IsMatch(file) || GoName().IsMatch(file) ? file : null;

    protected override string KeyOf(string name) => LeadingNumber(name);

    protected override string Up(string text) => Between(text, UpLine(), DownLine(), isUpFromTheStart: false);

    public override bool Owns(LedgerTable table) =>
        table.Has("version_id", "bigint") && table.Has("is_applied", "boolean") && table.Has("tstamp");

    public override string Rows(LedgerTable table) =>
        $"""
        select version_id::text, null::text, tstamp::timestamptz, 'applied', null::text
          from (select distinct on (version_id) * from {table.Sql} order by version_id, id desc) newest
         where is_applied and version_id > 0 order by version_id
        """;

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [4097083626];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"delete from {table.Sql} where version_id in ({string.Join(", ", names.Select(VersionOf))})";

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (version_id, is_applied) values ({VersionOf(migration.Name)}, true)";

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        NoTransaction().IsMatch(script.Text)
            ? (TransactionRule.PerStatement, "the file says NO TRANSACTION")
            : (TransactionRule.WholeFile, "goose runs the up part in one transaction");

    static string VersionOf(string name) => string.Concat(name.TakeWhile(char.IsAsciiDigit)) is { Length: > 0 } digits ? digits : "0";

    [GeneratedRegex(@"^\d+_.*\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\d+_.*(?<!_test)\.go$")]
    private static partial Regex GoName();

    // The directive NO TRANSACTION precedes it, and must stay with the part.
    [GeneratedRegex(@"^\s*--\s*\+goose\s+(?:Up|NO\s+TRANSACTION)\b", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex UpLine();

    [GeneratedRegex(@"^\s*--\s*\+goose\s+Down\b", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex DownLine();

    [GeneratedRegex(@"^\s*--\s*\+goose\s+NO\s+TRANSACTION\b", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex NoTransaction();
}
