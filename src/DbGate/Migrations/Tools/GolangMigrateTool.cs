using System.Text;
using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>golang-migrate: the ledger is one row, the current version. Which files ran before it is not recorded.</summary>
sealed partial class GolangMigrateTool : FileTool
{
    public override ToolFacts Facts { get; } = new("golang-migrate", "golang-migrate", "schema_migrations")
    {
        Support = ToolSupport.Full,
        RecordsFailures = true,
        OutOfOrder = OutOfOrderRule.Skips,
        Lock = "advisory lock from crc32 of schema, table and database",
        Deploy = null,
        Status = "migrate -path <folder> -database \"$DATABASE_URL\" version",
        Unknown = [
            "Which files below the current version were applied: git history must show that none was added later.",
            "Whether an applied file was edited."],
        Tested = "ledgers made from its sources",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named("Cargo.toml").Any() ? []
        : FoldersOf(
            project, project.Named(FileName()).Take(1),
            project.Find(project.Named("go.mod"), Module()) is { } found
                ? $"{found} requires golang-migrate"
                : "files named <number>_<name>.up.sql");

    protected override string? NameOf(string file) => FileName().IsMatch(file) ? file : null;

    protected override bool IsIgnored(string file) => base.IsIgnored(file) || file.EndsWith(".down.sql", StringComparison.Ordinal);

    protected override string KeyOf(string name) => LeadingNumber(name);

    public override MigrationFolder Read(string root, string folder)
    {
        var read = base.Read(root, folder);
        var added = AddedFiles.Read(folder);
        return read with { Migrations =
            [.. read.Migrations.Select(one =>
                one with { Added = added is not null && added.TryGetValue(Path.GetFileName(one.Path), out var at) ? at : null })] };
    }

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 2 && table.Has("version", "bigint") && table.Has("dirty", "boolean");

    public override string Rows(LedgerTable table) =>
        $"select version::text, null::text, null::timestamptz, case when dirty then 'failed' else 'applied' end, null::text from "
            + $"{table.Sql} where version >= 0 order by version";

    // Releases differ in where the database's name is.
    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) =>
        [Key($"{table.Schema}\0{table.Name}\0{database}"), Key($"{database}\0{table.Schema}\0{table.Name}")];

    static long Key(string names) => unchecked(Crc32.From(Encoding.UTF8.GetBytes(names)) * 1486364155u);

    /// <summary>
    /// Every file up to the current version counts as applied; <see cref="Judge"/> names those of which that is not certain.
    /// </summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var read = base.Interpret(folder, ledger);
        return read.Rows is not [var current] ? read : read with
        {
            Rows =
            [
                .. folder.Migrations.Where(one => string.CompareOrdinal(KeyOf(one.Name), KeyOf(current.Name)) < 0)
                    .Select(one => current with { Id = one.Name, Name = one.Name, FinishedAt = current.StartedAt, AppliedSteps = 1 }),
                current,
            ],
        };
    }

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        if (ledger.Rows.Count > 1)
        {
            yield return ToolProblems.History(
                this, $"the ledger has {ledger.Rows.Count} rows", "golang-migrate keeps exactly one",
                "Find out what wrote the other rows, and remove them");
        }

        if (ledger.Rows is not [var row] || folder.Migrations.FirstOrDefault(one => KeyOf(one.Name) == KeyOf(row.Name)) is not { } current)
        {
            yield break;
        }

        Migration[] before = [.. folder.Migrations.Where(one => string.CompareOrdinal(KeyOf(one.Name), KeyOf(current.Name)) < 0)];
        if (before.Length > 0 && (current.Added is null || before.Any(one => one.Added is null)))
        {
            yield return ToolProblems.NotJudged(
                this,
                $"whether the {before.Length} {(before.Length == 1 ? "file" : "files")} below version {row.Name} were applied",
                "the ledger holds the current version only, and git shows no history of the files (a shallow clone, or files that are "
                    + "not committed)",
                new Fix("Check out the whole history (fetch-depth: 0)", FixCommand.Run("git", "fetch", "--unshallow")));
        }
        else if (before.Where(one => one.Added > current.Added).ToArray() is { Length: > 0 } late)
        {
            yield return ToolProblems.NeverApplied(
                this,
                [.. late.Select(one => one.Name)],
                $"each was committed after {current.Name}, which is the current version, and has a lower number",
                "Give each a number above the current version; if one was applied all the same, a waiver states that");
        }
    }

    /// <summary>The one row is the newest migration that is true; without any, the table is empty.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied)
    {
        var until = isApplied ? entry.Name : folder.Migrations.Select(one => one.Name)
            .Where(name => string.CompareOrdinal(KeyOf(name), KeyOf(entry.Name)) < 0)
            .MaxBy(KeyOf, StringComparer.Ordinal);
        return until is null
            ? [$"delete from {table.Sql}"]
            : [$"delete from {table.Sql}",
                $"insert into {table.Sql} (version, dirty) values ({string.Concat(until.TakeWhile(char.IsAsciiDigit))}, false)"];
    }

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        (TransactionRule.WholeFile, "golang-migrate sends the file as one query");

    [GeneratedRegex(@"^\d+_.*\.up\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex("golang-migrate/migrate")]
    private static partial Regex Module();
}
