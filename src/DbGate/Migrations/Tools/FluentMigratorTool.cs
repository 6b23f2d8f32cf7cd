using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// FluentMigrator: classes with a number; a migration and its row are one transaction. Its SQL is what the rehearsal saw the program send.
/// </summary>
sealed partial class FluentMigratorTool : MigrationTool
{
    public override ToolFacts Facts { get; } = new("fluentmigrator", "FluentMigrator", "VersionInfo")
    {
        Support = ToolSupport.Full,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = null,
        Status = "dotnet fm list migrations",
        Unknown =
        [
            "Whether a deploy failed: a failure leaves no row.",
            "Whether an applied migration was edited, or rolled back: its row is deleted.",
            "Whether a deploy runs now: it takes no lock.",
            "Migrations that tags or conditions leave out, maintenance migrations and profiles.",
            "The SQL of a migration before the rehearsal has run it.",
        ],
        Tested = "real tool and its dumps",
    };

    public override bool SpansFolders => true;

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Package("FluentMigrator") is { } found
            ? project.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && Attribute().IsMatch(project.Text(file)))
                .Select(ProjectTree.FolderOf)
                .Distinct()
                .Select(folder => new ToolEvidence(this, folder, $"{found} references FluentMigrator"))
            : [];

    public override MigrationFolder Read(string root, string folder)
    {
        var project = ProjectTree.Read(root);
        var (found, problems) = (new List<Migration>(), new List<Problem>());
        foreach (var file in project.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)))
        {
            var text = project.Text(file);
            foreach (Match match in Attribute().Matches(text))
            {
                var version = match.Groups["number"].Success
                    ? match.Groups["number"].Value.Replace("_", "", StringComparison.Ordinal)
                    : Timestamp([.. match.Groups["part"].Captures.Select(part => int.Parse(part.Value, CultureInfo.InvariantCulture))]);
                found.Add(Migration.ReadFile(version, Path.Combine(root, file), file, null) with { HasSql = false });
            }

            if (Base().IsMatch(text) && !Attribute().IsMatch(text) && !OtherKind().IsMatch(text))
            {
                problems.Add(ToolProblems.NotJudged(
                    this, $"the version of the migration in {file}",
                    "it does not have a [Migration(number)] or [TimestampedMigration] attribute with literals",
                    "Give it such an attribute, or set migrations.tool to custom"));
            }
        }

        problems.AddRange(found.GroupBy(one => one.Name, StringComparer.Ordinal).Where(same => same.Count() > 1)
            .Select(same =>
                ToolProblems.History(
                    this, $"{string.Join(" and ", same.Select(one => one.ShownAs))} have the same version {same.Key}", null,
                    "Give one of them another version")));
        return new MigrationFolder(
            root, found.Count > 0 || Folders.Exists(folder), [.. found.DistinctBy(one => one.Name)]) { Tool = this, Problems =
                problems };
    }

    static string Timestamp(int[] parts) =>
        parts is [var year, var month, var day, ..]
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{year:0000}{month:00}{day:00}{parts.ElementAtOrDefault(3):00}{parts.ElementAtOrDefault(4):00}"
                    + $"{parts.ElementAtOrDefault(5):00}")
            : "0";

    public override bool Owns(LedgerTable table) => table.Has("Version", "bigint") && table.Columns.Count is >= 1 and <= 3
        && (table.IsNamed(Facts.Ledger) || (table.Has("AppliedOn", "timestamp") && table.Has("Description")));

    public override string Rows(LedgerTable table)
    {
        var (version, time) = (table.Column("Version")!, table.Column("AppliedOn"));
        return $"select {version}::text, null::text, {time ?? "null"}::timestamptz, 'applied', null::text from {table.Sql} order by "
            + $"{version}";
    }

    public override string SortKey(string name) => name.PadLeft(20, '0');

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) =>
        $"delete from {table.Sql} where {table.Column("Version") ?? "\"Version\""} in ({string.Join(", ", names)})";

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} ({table.Column("Version") ?? "\"Version\""}) values ({migration.Name})";

    [GeneratedRegex(@"\[(?:Migration\(\s*(?:version\s*:\s*)?(?<number>[0-9][0-9_]*)L?\s*[,)]"
        + @"|TimestampedMigration\(\s*(?:(?<part>[0-9]+)\s*,?\s*){3,6})")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"class\s+\w+\s*(?:\(\s*\))?\s*:\s*(?:FluentMigrator\.)?(?:Migration|AutoReversingMigration|ForwardOnlyMigration)\b")]
    private static partial Regex Base();

    [GeneratedRegex(@"\[(?:Maintenance|Profile)\(|\babstract\s+class\b")]
    private static partial Regex OtherKind();
}
