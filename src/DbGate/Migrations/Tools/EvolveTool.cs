using System.Security.Cryptography;
using System.Text;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>Evolve: Flyway's file names, a ledger of its own, a row for each failure.</summary>
sealed class EvolveTool : VersionedSqlTool
{
    const string NoTransaction = "evolve-tx-off";

    public override ToolFacts Facts { get; } = new("evolve", "Evolve", "changelog")
    {
        Support = ToolSupport.Full,
        Checksum = "MD5 of the text with LF line ends",
        RecordsFailures = true,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 12345",
        Deploy = null,
        Status = "evolve info postgresql",
        Unknown = ["The values of placeholders (${name})."],
        Tested = "real tool and its dumps",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        FilesIn(project) is { Length: > 0 } files && project.Package("Evolve") is { } found
            ? [new(this, Common(files), $"{found} references Evolve")]
            : [];

    protected override IEnumerable<string> Checksums(byte[] bytes)
    {
        yield return Md5(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Replace("\r\n", "\n")));
        yield return Md5(bytes);
    }

    public override bool Owns(LedgerTable table) =>
        table.Has("type", "smallint")
            && table.Has("checksum", "character varying(32)")
            && table.Has("success", "boolean")
            && table.Has("installed_by");

    // 1 and 2 are about the schema, 3 is a start version.
    public override string Rows(LedgerTable table) =>
        $"""
        select case type when 4 then name else version end, nullif(checksum, ''), installed_on::timestamptz,
               case when not success then 'failed' when type = 3 then 'claimed' else 'applied' end, case
                 when not success then description end
          from {table.Sql} where type in (0, 3, 4) order by id
        """;

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [12345];

    /// <summary>
    /// A success outweighs the failures before it. A failure alone is rolled back and tried again by the next deploy, unless the file
    /// states
    /// that it runs without a transaction, or is gone.
    /// </summary>
    protected override LedgerRow Counting(IReadOnlyList<LedgerRow> rows, Migration? file) =>
        rows.LastOrDefault(row => row.IsApplied)
        ?? (file is not null && !UsesNoTransaction(file.Path) ? rows[^1] with { RolledBackAt = rows[^1].StartedAt } : rows[^1]);

    static bool UsesNoTransaction(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Contains(NoTransaction, StringComparison.OrdinalIgnoreCase) == true;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        Delete(table, "name", names);

    /// <summary>Failed rows of the migration go, whatever comes after them.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied)
    {
        var forget = Forget(table, [entry.Name]);
        return !isApplied ? [forget]
        :
        [
            forget,
            $"insert into {table.Sql} (type, version, description, name, checksum, installed_by, installed_on, success) values "
                + $"({(IsRepeatable(entry.Name) ? "4, null" : $"0, {Postgres.Sql.Literal(VersionIn(entry.Name))}")}, "
                + $"{Postgres.Sql.Literal(DescriptionIn(entry.Name))}, {Postgres.Sql.Literal(entry.Name)}, "
                + $"{Postgres.Sql.Literal(entry.File!.AcceptedChecksums[0])}, current_user, now(), true)",
        ];
    }

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        script.Text.Split('\n')[0].Contains(NoTransaction, StringComparison.OrdinalIgnoreCase)
            ? (TransactionRule.PerStatement, "the file says evolve-tx-off")
            : (TransactionRule.WholeFile, "Evolve runs a file in one transaction");

#pragma warning disable CA5351 // The tool's own checksum; nothing is protected with it.
    static string Md5(byte[] bytes) => Convert.ToHexString(MD5.HashData(bytes));
#pragma warning restore CA5351
}
