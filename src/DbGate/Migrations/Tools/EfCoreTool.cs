using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// EF Core with Npgsql. Migrations are classes with an id; a row is an id and the EF version that made the migration. A failure leaves no
/// row, a revert deletes it. Several contexts may share one ledger table, or have one each.
/// </summary>
sealed partial class EfCoreTool : MigrationTool
{
    public override ToolFacts Facts { get; } = new("efcore", "EF Core", "__EFMigrationsHistory")
    {
        Support = ToolSupport.Full,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "EF Core 9 and later: LOCK TABLE on the ledger",
        Deploy = "dotnet ef database update",
        Status = "dotnet ef migrations list",
        Unknown =
        [
            "Whether a deploy failed: a failure leaves no row.",
            "Whether an applied migration was edited.",
            "Whether a migration was reverted: its row is deleted.",
            "Which context a row belongs to, where several contexts share one table.",
        ],
        Tested = "real tool and its dumps",
    };

    public override IReadOnlyList<string> Signature => ["migrationid", "productversion"];

    public override bool MergesTables => true;

    public override bool SpansFolders => true;

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        string[] files =
            [.. project.Files.Where(file => FileName().IsMatch(ProjectTree.NameOf(file)) && Attribute().IsMatch(project.Text(file)))];
        if (files.Length == 0)
        {
            return [];
        }

        var package = project.Package("Npgsql.EntityFrameworkCore.PostgreSQL");
        var words =
            package is null ? $"{files[0]} has a [Migration] attribute" : $"{package} references Npgsql.EntityFrameworkCore.PostgreSQL";
        return files.Select(ProjectTree.FolderOf)
            .Distinct()
            .Select(folder => new ToolEvidence(this, folder, words) { Version = VersionIn(project, package) });
    }

    static Version? VersionIn(ProjectTree project, string? package) =>
        package is not null
            && PackageVersion().Match(project.Text(package[..package.LastIndexOf(':')])) is { Success: true } match
            && Version.TryParse(match.Groups[1].Value, out var version)
            ? version : null;

    /// <summary>All migrations of the project, wherever they are: a folder of one context is not about the others.</summary>
    public override MigrationFolder Read(string root, string folder)
    {
        var project = ProjectTree.Read(root);
        var (found, problems) = (new List<(Migration Migration, string Context)>(), new List<Problem>());
        foreach (var file in project.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
            && FileName().IsMatch(ProjectTree.NameOf(file))))
        {
            var text = project.Text(file);
            if (Attribute().Match(text) is not { Success: true } id)
            {
                continue;
            }

            var code = file.EndsWith(".Designer.cs", StringComparison.Ordinal) ? file[..^".Designer.cs".Length] + ".cs" : file;
            var read = Migration.ReadFile(id.Groups[1].Value, Path.Combine(root, code), code, null) with { HasSql = false };
            found.Add((read, Context().Match(text) is { Success: true } context ? context.Groups[1].Value : ""));
        }

        foreach (var same in found.GroupBy(one => one.Migration.Name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            problems.Add(ToolProblems.History(
                this, $"{string.Join(" and ", same.Select(one => one.Migration.ShownAs))} have the same id {same.Key}",
                "a row of the ledger does not name its context", "Give one of them another id"));
        }

        if (!project.IsComplete)
        {
            problems.Add(
                ToolProblems.NotJudged(
                    this, "which migrations the project has", "the project has more files than DbGate looks at",
                    "Set project to the folder of the solution that has the migrations"));
        }

        return new MigrationFolder(
            root, found.Count > 0 || Folders.Exists(folder),
            [.. found.Select(one => one.Migration).DistinctBy(one => one.Name, StringComparer.OrdinalIgnoreCase)])
        {
            Tool = this,
            Problems = problems,
        };
    }

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 2
            && table.Column("MigrationId", "migration_id") is not null
            && table.Column("ProductVersion", "product_version") is not null;

    public override string Rows(LedgerTable table) =>
        $"select {table.Column("MigrationId", "migration_id")}::text, null::text, null::timestamptz, 'applied', null::text from "
            + $"{table.Sql} order by 1";

    public override string SortKey(string name) => name.ToUpperInvariant();

    /// <summary>EF compares ids without regard to case.</summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var names = folder.Migrations.ToDictionary(one => one.Name, one => one.Name, StringComparer.OrdinalIgnoreCase);
        return ledger with { Rows = [.. ledger.Rows.Select(row => row with { Name = names.GetValueOrDefault(row.Name, row.Name) })] };
    }

    public override Task<SqlReading> ReadSqlAsync(
        string command, string root, Postgres.PostgresUrl connection, IReadOnlyList<Migration> migrations,
        CancellationToken cancellationToken) =>
        EfCoreScripts.ReadAsync(this, command, root, connection, migrations, cancellationToken);

    public override bool PrintsSql(string command) => EfCoreScripts.Program(command) is not null;

    public override Task<Problem?> ProbeAsync(
        string command, ProbedTarget target, IReadOnlyList<string> pending, CancellationToken cancellationToken) =>
        EfCoreScripts.Program(command) is { } program
            ? EfCoreProbe.FindAsync(this, program, EfCoreScripts.PassedBy(command), target, pending, cancellationToken)
            : Task.FromResult<Problem?>(null);

    /// <summary>The script has EF Core's own transaction commands, so each file runs as they state.</summary>
    public override (TransactionRule Rule, string Reason) Transactions(Statements.SqlScript script, Version? version) =>
        (TransactionRule.PerStatement,
            version is { Major: 9 }
                ? "EF Core 9 runs all pending migrations in one transaction; the script has one for each"
                : "EF Core runs each migration in a transaction, except for statements that suppress it");

    public override (string? Command, string? Doubt) DeployCommand(string root, MigrationFolder folder) => EfCoreCommand.From(root, folder);

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"delete from {table.Sql} where {Column(table, "MigrationId", "migration_id")} in "
            + $"({string.Join(", ", names.Select(Postgres.Sql.Literal))})";

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} ({Column(table, "MigrationId", "migration_id")}, {Column(table, "ProductVersion", "product_version")}) "
            + $"values ({Postgres.Sql.Literal(migration.Name)}, '')";

    static string Column(LedgerTable table, string usual, string other) => table.Column(usual, other) ?? Postgres.Sql.Identifier(usual);

    [GeneratedRegex(@"^[0-9]{14}_.+\.cs$")]
    private static partial Regex FileName();

    [GeneratedRegex("""\[Migration\("([0-9]{14}_[^"]+)"\)\]""")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\[DbContext\(typeof\(([^)]+)\)\)\]")]
    private static partial Regex Context();

    [GeneratedRegex("""Npgsql\.EntityFrameworkCore\.PostgreSQL"\s+Version="([0-9]+\.[0-9]+(?:\.[0-9]+)?)""", RegexOptions.IgnoreCase)]
    private static partial Regex PackageVersion();
}
