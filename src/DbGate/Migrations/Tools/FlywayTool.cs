using System.Text;
using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>Flyway: CRC32 checksums over lines; failed rows only where a migration did not run in a transaction.</summary>
sealed partial class FlywayTool : VersionedSqlTool
{
    static readonly string[] Configurations =
    [
        "pom.xml", "build.gradle", "build.gradle.kts", "flyway.conf", "flyway.toml", "application.properties", "application.yml",
        "application.yaml",
    ];

    public override ToolFacts Facts { get; } = new("flyway", "Flyway", "flyway_schema_history")
    {
        Support = ToolSupport.Full,
        Checksum = "CRC32 of the lines",
        RecordsFailures = true,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock from the hash of the table's name",
        Deploy = "flyway migrate",
        Status = "flyway info",
        Unknown = [
            "Whether a deploy failed in a transaction: it leaves no row.", "The values of placeholders (${name}).", "Migrations in Java."],
        Tested = "ledgers made from its sources; the JVM tool is not run",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        FilesIn(project) is { Length: > 0 } files && project.Package("Evolve") is null
            ? [new(
                this, Common(files),
                project.Find(project.Named(Configurations), Mention()) is { } found
                ? $"{found} names Flyway"
                : $"{files[0]} is named as Flyway's migrations are")]
            : [];

    /// <summary>The project's configuration may let Flyway apply a lower version late.</summary>
    public override MigrationFolder Read(string root, string folder)
    {
        var read = base.Read(root, folder);
        var project = ProjectTree.Read(root);
        return project.Find(project.Named(Configurations), OutOfOrderLine()) is null
            ? read
            : read with { OutOfOrder = OutOfOrderRule.Applies };
    }

    protected override IEnumerable<string> Checksums(byte[] bytes) => [Checksum(bytes)];

    /// <summary>As Java reads lines: without their ends, and without a byte-order mark on the first.</summary>
    internal static string Checksum(byte[] bytes)
    {
        var state = uint.MaxValue;
        var text = Encoding.UTF8.GetString(bytes);
        using var reader = new StringReader(text.StartsWith('\uFEFF') ? text[1..] : text);
        while (reader.ReadLine() is { } line)
        {
            state = Crc32.Add(state, Encoding.UTF8.GetBytes(line));
        }

        return unchecked((int)~state).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public override bool Owns(LedgerTable table) =>
        table.Has("installed_rank", "integer")
            && table.Has("checksum", "integer")
            && table.Has("script")
            && table.Has("success", "boolean");

    // A row DELETE (by repair) or UNDO takes back the earlier rows of its version.
    public override string Rows(LedgerTable table) =>
        $"""
        select coalesce(version, 'R__' || description), checksum::text, installed_on::timestamptz,
               case when not success then 'failed' when type like '%BASELINE' then 'claimed' else 'applied' end, case
                 when not success then script end
          from {table.Sql} h
         where type not in ('SCHEMA', 'DELETE') and type not like 'UNDO%'
           and not exists (select from {table.Sql} d where d.version is not distinct from h.version and (h.version is not null
             or d.description = h.description)
                             and d.installed_rank > h.installed_rank and (d.type = 'DELETE' or d.type like 'UNDO%'))
         order by installed_rank
        """;

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) =>
        [77431708279161 + JavaHash($"\"{table.Schema}\".\"{table.Name}\"")];

    static int JavaHash(string text)
    {
        var hash = 0;
        foreach (var one in text)
        {
            hash = unchecked((31 * hash) + one);
        }

        return hash;
    }

    /// <summary>What a baseline covers counts as claimed; its own row is no file.</summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var read = base.Interpret(folder, ledger);
        if (read.Rows.LastOrDefault(row => row.IsClaimed) is not { } baseline)
        {
            return read;
        }

        var covered =
            folder.Migrations.Where(one => !IsRepeatable(one.Name) && string.CompareOrdinal(KeyOf(one.Name), KeyOf(baseline.Name)) <= 0);
        return read with
        {
            Rows =
            [
                .. read.Rows.Where(row => row != baseline || folder.Migrations.Any(one => one.Name == row.Name)),
                .. covered.Where(one => read.Rows.All(row => row.Name != one.Name))
                    .Select(one => baseline with { Id = one.Name, Name = one.Name, Checksum = "" }),
            ],
        };
    }

    /// <summary>Rows of the migration that do not count any more go, whatever comes after them.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied)
    {
        var isRepeatable = IsRepeatable(entry.Name);
        var description = Postgres.Sql.Literal(DescriptionIn(entry.Name));
        var version = Postgres.Sql.Literal(VersionIn(entry.Name));
        var forget = $"delete from {table.Sql} where "
            + (isRepeatable ? $"version is null and description = {description}" : $"version = {version}");
        return !isApplied ? [forget]
        :
        [
            forget,
            $"insert into {table.Sql} (installed_rank, version, description, type, script, checksum, installed_by, installed_on, "
                + $"execution_time, success) select coalesce(max(installed_rank), 0) + 1, {(isRepeatable ? "null" : version)}, "
                + $"{description}, 'SQL', {Postgres.Sql.Literal(entry.Name)}, {entry.File!.AcceptedChecksums[0]}, current_user, now(), 0, "
                + $"true from {table.Sql}",
        ];
    }

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        script.Statements.Any(NonTransactional.Is)
            ? (TransactionRule.PerStatement, "it holds a statement that refuses a transaction, so Flyway runs the file without one")
            : (TransactionRule.WholeFile, "Flyway runs a file in one transaction");

    // flyway.outOfOrder=true, outOfOrder = true, spring.flyway.out-of-order: true, <outOfOrder>true</outOfOrder>; not in a comment.
    [GeneratedRegex("""^(?!\s*(?:#|//|<!--)).*\bout-?of-?order["']?\s*(?:=|:|>)\s*["']?true\b""", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex OutOfOrderLine();

    [GeneratedRegex("flyway", RegexOptions.IgnoreCase)]
    private static partial Regex Mention();
}
