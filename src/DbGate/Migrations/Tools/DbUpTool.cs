using System.Text.RegularExpressions;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// DbUp: scripts are named by their embedded resource (assembly, folders, file) or by their file. Renaming a namespace or a folder makes
/// every script a new one, which DbUp then runs again.
/// </summary>
sealed partial class DbUpTool : FileTool
{
    public override ToolFacts Facts { get; } = new("dbup", "DbUp", "schemaversions")
    {
        Support = ToolSupport.Full,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = null,
        Status = null,
        Unknown =
        [
            "Whether a deploy failed: a failure leaves no row, and by default there is no transaction.",
            "Whether an applied script was edited.",
            "Whether a deploy runs now: it takes no lock.",
            "Scripts that run always, and script providers other than SQL files.",
        ],
        Tested = "real tool and its dumps",
    };

    protected override bool IsRecursive => true;

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        if (project.Package("dbup-postgresql", "DbUp.Postgresql") is not { } found)
        {
            return [];
        }

        var folder = ProjectTree.FolderOf(found);
        string[] files =
            [.. project.Files.Where(file => file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)
                && (folder == "." || file.StartsWith(folder + "/", StringComparison.Ordinal)))];
        return FoldersOf(project, files, $"{found} references DbUp");
    }

    protected override string? NameOf(string file) => file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) ? file : null;

    protected override string KeyOf(string name) => name.Replace('/', '.');

    /// <summary>A row ends with the file's path below the migrations folder, with dots for slashes.</summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var names = folder.Migrations.ToDictionary(one => KeyOf(one.Name), one => one.Name, StringComparer.Ordinal);
        return ledger with { Rows = [.. ledger.Rows.Select(row => row with { Name = Match(row.Name, names) ?? row.Name })] };
    }

    static string? Match(string row, Dictionary<string, string> names)
    {
        for (var at = 0; at >= 0; at = row.IndexOf('.', at) is >= 0 and var dot ? dot + 1 : -1)
        {
            if (names.TryGetValue(row[at..], out var name))
            {
                return name;
            }
        }

        return null;
    }

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        var names = folder.Migrations.ToDictionary(one => KeyOf(one.Name), one => one.Name, StringComparer.Ordinal);
        string[] prefixes =
        [
            .. ledger.Rows.Select(row => (Row: row.Name, File: Match(row.Name, names))).Where(one => one.File is not null)
                .Select(one => one.Row[..^KeyOf(one.File!).Length]).Distinct(),
        ];
        if (prefixes.Length > 1)
        {
            yield return ToolProblems.History(
                this, "the ledger has scripts under more than one name",
                $"prefixes: {string.Join(", ", prefixes.Select(prefix => $"\"{prefix}\""))}; DbUp runs a script again under a new name",
                "Update the old names in the ledger, or take back the change of the namespace, the assembly or the folder");
        }
        else if (prefixes is [{ Length: > 0 } prefix] && Expected(folder) is { } expected && prefix != expected)
        {
            yield return ToolProblems.History(
                this,
                $"all {ledger.Rows.Count} scripts would run again: the ledger names them \"{prefix}…\", the project \"{expected}…\"",
                "DbUp identifies a script by assembly, namespace and folder; one of them was renamed",
                "Take back the rename, or update scriptname in the ledger to the new names before the release");
        }
    }

    /// <summary>
    /// Root namespace and folders of the project that embeds the scripts; null when there is no single project file above them.
    /// </summary>
    static string? Expected(MigrationFolder folder)
    {
        var below = new List<string>();
        for (var at = folder.Path; at is not null && below.Count < 6; at = Path.GetDirectoryName(at))
        {
            if (Directory.Exists(at) && Directory.GetFiles(at, "*.csproj") is { Length: > 0 } projects)
            {
                if (projects.Length > 1 || !File.ReadAllText(projects[0]).Contains("EmbeddedResource", StringComparison.Ordinal))
                {
                    return null;
                }

                var text = File.ReadAllText(projects[0]);
                var space =
                    RootNamespace().Match(text) is { Success: true } match
                        ? match.Groups[1].Value.Trim()
                        : Path.GetFileNameWithoutExtension(projects[0]);
                below.Reverse();
                return string.Concat(below.Prepend(space).Select(part => Mangled(part) + "."));
            }

            below.Add(Path.GetFileName(at));
        }

        return null;
    }

    // As MSBuild names resources: a digit at the start of a folder gets an underscore, other characters become one.
    static string Mangled(string part) =>
        string.Join(
            '.',
            part.Split('.')
                .Select(one => Regex.Replace(one, @"[^\w]", "_"))
                .Select(one => one.Length > 0 && char.IsAsciiDigit(one[0]) ? "_" + one : one));

    public override bool Owns(LedgerTable table) => table.Has("scriptname", "character varying") && table.Has("applied", "timestamp");

    public override string Rows(LedgerTable table) =>
        NameRows(table, "scriptname", "applied", table.Has("schemaversionsid") ? "schemaversionsid" : "applied");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "scriptname", names);

    /// <summary>A row is deleted under the name that the ledger has, and written under the one that the project gives it.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied)
    {
        var key = Postgres.Sql.Literal(KeyOf(entry.Name));
        return isApplied
            ? [$"insert into {table.Sql} (scriptname, applied) values ({Postgres.Sql.Literal(Expected(folder) ?? "")} || {key}, now())"]
            : [$"delete from {table.Sql} where scriptname = {key} or right(scriptname, length({key}) + 1) = '.' || {key}"];
    }

    [GeneratedRegex("<RootNamespace>([^<]+)</RootNamespace>")]
    private static partial Regex RootNamespace();
}
