using System.Text.RegularExpressions;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Flyway's way of naming files, which Evolve shares: <c>V1_2__name.sql</c> once, <c>R__name.sql</c> whenever it changed.
/// </summary>
abstract partial class VersionedSqlTool : FileTool
{
    const string Repeatable = "~R__";

    protected override bool IsRecursive => true;

    protected override bool IsIgnored(string file) =>
        !file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) || OtherKind().IsMatch(ProjectTree.NameOf(file));

    protected override string? NameOf(string file) => FileName().IsMatch(ProjectTree.NameOf(file)) ? ProjectTree.NameOf(file) : null;

    /// <summary>Of a file name, a version ("1.2") or a repeatable's row ("R__name") what identifies the migration.</summary>
    protected override string KeyOf(string name)
    {
        if (name.StartsWith("R__", StringComparison.Ordinal))
        {
            return Repeatable + Path.ChangeExtension(name[3..], null).Replace('_', ' ');
        }

        var version = FileName().Match(name) is { Success: true } match ? match.Groups[1].Value : name;
        var parts = version.Split('.', '_').Select(Number).ToList();
        while (parts.Count > 1 && parts[^1] == Number("0"))
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('.', parts);
    }

    /// <summary>"1.2" of V1_2__name.sql; what is no version is given back.</summary>
    protected static string VersionIn(string name) =>
        FileName().Match(name) is { Success: true } match ? match.Groups[1].Value.Replace('_', '.') : name;

    /// <summary>"add name" of V1__add_name.sql.</summary>
    protected static string DescriptionIn(string name) =>
        Path.ChangeExtension(name, null) is var stem && stem.IndexOf("__", StringComparison.Ordinal) is >= 0 and var at
            ? stem[(at + 2)..].Replace('_', ' ')
            : stem;

    public override bool HasOrder(string name) => !IsRepeatable(name);

    /// <summary>True for a migration that runs again whenever it changes.</summary>
    protected static bool IsRepeatable(string name) => name.StartsWith("R__", StringComparison.Ordinal);

    /// <summary>
    /// Of several rows of a migration one counts. A repeatable that changed is pending, not edited.
    /// </summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var read = base.Interpret(folder, ledger);
        var files = folder.Migrations.ToDictionary(migration => migration.Name, StringComparer.Ordinal);
        return read with
        {
            Rows =
            [
                .. from row in read.Rows
                   group row by row.Name into rows
                   let counts = Counting([.. rows], files.GetValueOrDefault(rows.Key))
                   where !IsRepeatable(rows.Key)
                       || !counts.IsApplied
                       || files.GetValueOrDefault(rows.Key)?.Matches(counts.Checksum) != false
                   select counts,
            ],
        };
    }

    /// <summary>The row of a migration that counts: the newest.</summary>
    protected virtual LedgerRow Counting(IReadOnlyList<LedgerRow> rows, Migration? file) => rows[^1];

    /// <summary>Files with such names, by folder.</summary>
    protected static string[] FilesIn(ProjectTree project) => [.. project.Named(FileName())];

    /// <summary>The folder that holds all of them.</summary>
    protected static string Common(IReadOnlyList<string> files)
    {
        var folders = files.Select(ProjectTree.FolderOf).Distinct().Order(StringComparer.Ordinal).ToArray();
        var common = folders[0];
        while (common != "." && !folders.All(folder => folder == common || folder.StartsWith(common + "/", StringComparison.Ordinal)))
        {
            common = ProjectTree.FolderOf(common);
        }

        return common;
    }

    [GeneratedRegex(@"^(?:V([0-9]+(?:[._][0-9]+)*)__|R__).*\.sql$")]
    protected static partial Regex FileName();

    // Undo and baseline scripts, and Flyway's callbacks such as afterMigrate.sql.
    [GeneratedRegex(@"^(?:U[0-9._]+__|B[0-9._]+__|(?:before|after|createSchema)[A-Za-z]*(?:__.*)?\.sql$)")]
    private static partial Regex OtherKind();
}
