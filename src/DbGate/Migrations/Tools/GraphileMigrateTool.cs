using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>graphile-migrate: committed SQL files, chained by their hashes.</summary>
sealed partial class GraphileMigrateTool : FileTool
{
    public override ToolFacts Facts { get; } = new("graphile-migrate", "graphile-migrate", "graphile_migrate.migrations")
    {
        Support = ToolSupport.Full,
        Checksum = "SHA-1 of the previous hash and the body",
        OutOfOrder = OutOfOrderRule.Skips,
        Lock = "advisory lock 4727445306447283",
        Deploy = "npx --no-install graphile-migrate migrate",
        Status = "npx graphile-migrate status",
        Unknown = ["Whether a deploy failed: a failure leaves no row.", "The values of placeholders."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["graphile_migrate.current"];

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Files.Where(file => FileName().IsMatch(ProjectTree.NameOf(file)) && HashLine().IsMatch(project.Text(file))).Take(1)
            .Select(file => new ToolEvidence(this, ProjectTree.FolderOf(file), $"{file} has a line \"--! Hash\""));

    protected override string? NameOf(string file) => FileName().IsMatch(file) ? file : null;

    protected override string KeyOf(string name) => LeadingNumber(name);

    protected override string Up(string text) => text;

    protected override IEnumerable<string> Checksums(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (AllowLine().IsMatch(text) && HashLine().Match(text) is { Success: true } stated)
        {
            yield return stated.Groups[1].Value;
        }

        var previous = PreviousLine().Match(text) is { Success: true } line && line.Groups[1].Value != "-" ? line.Groups[1].Value : "";
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var body = (end < 0 ? "" : text[(end + 2)..]).Trim();
        yield return "sha1:" + Convert.ToHexStringLower(Sha1($"{previous}\n{body}".Trim() + "\n"));
    }

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        var current = Path.Combine(Path.GetDirectoryName(folder.Path) ?? folder.Path, "current.sql");
        if (File.Exists(current) && Comment().Replace(File.ReadAllText(current), "").Trim().Length > 0)
        {
            yield return ToolProblems.NeverApplied(
                this, ["current.sql"], "it holds statements that are not committed as a migration",
                new Fix("Commit it as a migration", FixCommand.Run("npx", "graphile-migrate", "commit")));
        }
    }

    public override bool Owns(LedgerTable table) =>
        table.Has("hash", "text") && table.Has("previous_hash", "text") && table.Has("filename", "text");

    public override string Rows(LedgerTable table) =>
        $"select filename, hash, date, 'applied', null::text from {table.Sql} order by filename";

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [4727445306447283];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        Delete(table, "filename", names.Select(name => $"{string.Concat(name.TakeWhile(char.IsAsciiDigit))}.sql"));

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (hash, previous_hash, filename) values ({Postgres.Sql.Literal(migration.AcceptedChecksums[0])}, "
            + $"(select hash from {table.Sql} order by filename desc limit 1), "
            + $"{Postgres.Sql.Literal($"{string.Concat(migration.Name.TakeWhile(char.IsAsciiDigit))}.sql")})";

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        script.Text.Contains("--! no-transaction", StringComparison.Ordinal)
            ? (TransactionRule.PerStatement, "the file says no-transaction")
            : (TransactionRule.WholeFile, "graphile-migrate runs a file in one transaction");

#pragma warning disable CA5350 // The tool's own hash; nothing is protected with it.
    static byte[] Sha1(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    [GeneratedRegex(@"^\d{6}(?:-.*)?\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^--! Hash: (\S+)", RegexOptions.Multiline)]
    private static partial Regex HashLine();

    [GeneratedRegex(@"^--! Previous: (\S+)", RegexOptions.Multiline)]
    private static partial Regex PreviousLine();

    [GeneratedRegex("^--! AllowInvalidHash", RegexOptions.Multiline)]
    private static partial Regex AllowLine();

    [GeneratedRegex(@"--[^\n]*|/\*[\s\S]*?\*/")]
    private static partial Regex Comment();
}
