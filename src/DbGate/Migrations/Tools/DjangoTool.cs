using System.Text.RegularExpressions;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>Django: migrations of each app, a graph. Migrations of installed packages are not in the project.</summary>
sealed partial class DjangoTool : MigrationTool
{
    public override ToolFacts Facts { get; } = new("django", "Django", "django_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "python manage.py migrate --noinput",
        Status = "python manage.py showmigrations --plan",
        Unknown = [
            "Migrations of installed packages.", "Whether a deploy failed: a failure leaves no row.",
            "Whether an applied migration was edited.", "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    public override bool SpansFolders => true;

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named("manage.py").FirstOrDefault() is { } manage
            ? FilesOf(project).Select(ProjectTree.FolderOf).Distinct().Select(folder => new ToolEvidence(this, folder, $"{manage} exists"))
            : [];

    static IEnumerable<string> FilesOf(ProjectTree project) =>
        project.Named(FileName()).Where(file => ProjectTree.NameOf(ProjectTree.FolderOf(file)) == "migrations");

    public override MigrationFolder Read(string root, string folder)
    {
        var project = ProjectTree.Read(root);
        var found = new List<Migration>();
        foreach (var file in FilesOf(project))
        {
            var (app, text) = (AppOf(file), project.Text(file));
            found.Add(Migration.ReadFile($"{app}.{Path.GetFileNameWithoutExtension(file)}", Path.Combine(root, file), file, null) with
            {
                HasSql = false,
                Parents = [.. Pairs(Dependencies().Match(text).Value)],
                Replaces = [.. Pairs(Replaces().Match(text).Value)],
            });
        }

        return new MigrationFolder(
            root, found.Count > 0, [.. found.DistinctBy(one => one.Name)]) { Tool = this, Problems = [.. Leaves(found)] };
    }

    IEnumerable<Problem> Leaves(List<Migration> migrations) =>
        from app in migrations.GroupBy(one => one.Name[..one.Name.IndexOf('.', StringComparison.Ordinal)])
        let parents = app.SelectMany(one => one.Parents.Concat(one.Replaces)).ToHashSet(StringComparer.Ordinal)
        let leaves = app.Where(one => !parents.Contains(one.Name)).Select(one => one.Name).ToArray()
        where leaves.Length > 1
        select ToolProblems.History(
            this, $"the app {app.Key} has {leaves.Length} leaf migrations: {string.Join(", ", leaves)}",
            "two branches were merged; migrate fails with \"Conflicting migrations\"",
            new Fix("Merge them", FixCommand.Run("python", "manage.py", "makemigrations", "--merge")));

    static string AppOf(string file) => ProjectTree.NameOf(ProjectTree.FolderOf(ProjectTree.FolderOf(file)));

    static IEnumerable<string> Pairs(string list) => Pair().Matches(list).Select(pair => $"{pair.Groups[1].Value}.{pair.Groups[2].Value}");

    /// <summary>
    /// Rows of apps that are not in the project are other packages'. A squashed migration counts as applied when all that it replaces is.
    /// </summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        string[] apps = [.. folder.Migrations.Select(one => one.Name[..(one.Name.IndexOf('.', StringComparison.Ordinal) + 1)]).Distinct()];
        var rows = ledger.Rows.Where(row => apps.Any(app => row.Name.StartsWith(app, StringComparison.Ordinal))).ToList();
        foreach (var squashed in folder.Migrations.Where(one => one.Replaces.Count > 0 && rows.TrueForAll(row => row.Name != one.Name)))
        {
            if (squashed.Replaces.All(old => rows.Exists(row => row.Name == old)))
            {
                rows.Add(rows.Find(row => row.Name == squashed.Replaces[^1])! with { Id = squashed.Name, Name = squashed.Name });
            }
        }

        var replaced =
            folder.Migrations.Where(one => rows.Exists(row => row.Name == one.Name))
                .SelectMany(one => one.Replaces)
                .ToHashSet(StringComparer.Ordinal);
        return ledger with { Rows =
            [.. rows.Where(row => !replaced.Contains(row.Name) || folder.Migrations.Any(one => one.Name == row.Name))
                .DistinctBy(row => row.Name)] };
    }

    public override bool Owns(LedgerTable table) =>
        table.Has("app", "character varying")
            && table.Has("name", "character varying")
            && table.Has("applied", "timestamp")
            && table.Columns.Count == 4;

    public override string Rows(LedgerTable table) =>
        $"select app || '.' || name, null::text, applied, 'applied', null::text from {table.Sql} order by id";

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"delete from {table.Sql} where app || '.' || name in ({string.Join(", ", names.Select(Postgres.Sql.Literal))})";

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (app, name, applied) values ({Postgres.Sql.Literal(migration.Name.Split('.', 2)[0])}, "
            + $"{Postgres.Sql.Literal(migration.Name.Split('.', 2)[^1])}, now())";

    [GeneratedRegex(@"^[0-9]{4}_\w+\.py$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\bdependencies\s*=\s*\[[^\]]*\]")]
    private static partial Regex Dependencies();

    [GeneratedRegex(@"\breplaces\s*=\s*\[[^\]]*\]")]
    private static partial Regex Replaces();

    [GeneratedRegex("""\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']\s*,?\s*\)""")]
    private static partial Regex Pair();
}
