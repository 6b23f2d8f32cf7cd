using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>sqlx (Rust): numbered SQL files with SHA-384 checksums.</summary>
sealed partial class SqlxTool : FileTool
{
    public override ToolFacts Facts { get; } = new("sqlx", "sqlx", "_sqlx_migrations")
    {
        Support = ToolSupport.Full,
        Checksum = "SHA-384 of the file",
        RecordsFailures = true,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "advisory lock 0x3d32ad9e * crc32(database)",
        Deploy = "sqlx migrate run",
        Status = "sqlx migrate info",
        Unknown = ["Whether a deploy failed in a transaction: it leaves no row."],
        Tested = "ledgers made from its sources",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Find(project.Named("Cargo.toml"), Dependency()) is { } found
            ? FoldersOf(project, project.Named(FileName()), $"{found} depends on sqlx")
            : [];

    protected override string? NameOf(string file) => FileName().IsMatch(file) ? file : null;

    protected override bool IsIgnored(string file) => base.IsIgnored(file) || file.EndsWith(".down.sql", StringComparison.Ordinal);

    protected override string KeyOf(string name) => LeadingNumber(name);

    protected override IEnumerable<string> Checksums(byte[] bytes) => [Convert.ToHexStringLower(SHA384.HashData(bytes))];

    public override bool Owns(LedgerTable table) =>
        table.Has("version", "bigint") && table.Has("checksum", "bytea") && table.Has("success", "boolean");

    public override string Rows(LedgerTable table) =>
        $"select version::text, encode(checksum, 'hex'), installed_on, case when success then 'applied' else 'failed' end, null::text "
            + $"from {table.Sql} order by version";

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) =>
        [0x3d32ad9eL * Crc32.From(Encoding.UTF8.GetBytes(database))];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"delete from {table.Sql} where version in "
            + $"({string.Join(", ", names.Select(name => string.Concat(name.TakeWhile(char.IsAsciiDigit))))})";

    /// <summary>A dirty row goes, whatever comes after it.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied)
    {
        var version = string.Concat(entry.Name.TakeWhile(char.IsAsciiDigit));
        var forget = Forget(table, [entry.Name]);
        return !isApplied ? [forget]
        :
        [
            forget,
            $"insert into {table.Sql} (version, description, success, checksum, execution_time) values ({version}, "
                + $"{Postgres.Sql.Literal(Description(entry.Name))}, true, '\\x{entry.File!.AcceptedChecksums[0]}', 0)",
        ];
    }

    // As sqlx reads it from the name.
    static string Description(string name) =>
        name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]
            .Replace(".up.sql", "", StringComparison.Ordinal).Replace(".sql", "", StringComparison.Ordinal).Replace('_', ' ');

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        script.Text.StartsWith("-- no-transaction", StringComparison.Ordinal)
            ? (TransactionRule.PerStatement, "the file says no-transaction")
            : (TransactionRule.WholeFile, "sqlx runs a file in one transaction");

    [GeneratedRegex(@"^\d+_.*(?<!\.down)\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex("""^\s*(?:sqlx(?:-cli)?\s*=|\[dependencies\.sqlx\])""", RegexOptions.Multiline)]
    private static partial Regex Dependency();
}
