using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>A tool whose migrations are files of one folder, with a row of the ledger for each.</summary>
abstract class FileTool : MigrationTool
{
    const int Digits = 30;

    /// <summary>The name of the migration in a file; null for a file that is no migration.</summary>
    /// <param name="file">The path below the migrations folder, with forward slashes.</param>
    protected abstract string? NameOf(string file);

    /// <summary>What makes a migration the one of a row: of its name and of the row's name the same.</summary>
    protected virtual string KeyOf(string name) => name;

    /// <summary>True for a file that belongs to the tool and is no migration to apply, such as a down script.</summary>
    protected virtual bool IsIgnored(string file) => !file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) || file.Contains('/');

    /// <summary>True when the tool looks into folders below.</summary>
    protected virtual bool IsRecursive => false;

    /// <summary>True when the file is the SQL that is applied.</summary>
    protected virtual bool IsSql(string file) => file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase);

    /// <summary>The part of a file that is applied, without moving lines.</summary>
    protected virtual string Up(string text) => text;

    /// <summary>The checksums that the tool stores for a file; null when it stores none.</summary>
    protected virtual IEnumerable<string>? Checksums(byte[] bytes) => null;

    /// <inheritdoc/>
    public override string SortKey(string name) => KeyOf(name);

    /// <inheritdoc/>
    public override MigrationFolder Read(string root, string folder)
    {
        try
        {
            if (!Folders.Exists(folder))
            {
                return Folders.HasFile(folder)
                    ? throw new GateException(MigrationProblems.UnreadableFolder(folder, "it is a file"))
                    : new MigrationFolder(folder, false, []) { Tool = this };
            }

            string[] files =
            [
                .. Directory.EnumerateFiles(folder, "*", IsRecursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                    .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
                    .Where(file => !file.StartsWith('.')).Order(StringComparer.Ordinal),
            ];
            var named = files.Select(file => (File: file, Name: NameOf(file))).ToArray();
            Migration[] migrations =
                [.. named.Where(one => one.Name is not null).Select(one => Migration(root, folder, one.File, one.Name!))];
            return new MigrationFolder(folder, true, [.. migrations.DistinctBy(one => one.Name)])
            {
                Tool = this,
                Unrecognized = [.. named.Where(one => one.Name is null && !IsIgnored(one.File)).Select(one => one.File)],
                Problems = [.. Twice(migrations)],
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(folder, exception.Message), exception);
        }
    }

    /// <summary>Reads one file.</summary>
    protected virtual Migration Migration(string root, string folder, string file, string name) =>
        Migrations.Migration.ReadFile(
            name,
            Path.Combine(folder, file),
            Path.GetRelativePath(root, Path.Combine(folder, file)).Replace('\\', '/'),
            Facts.Checksum is null ? null : bytes => Checksums(bytes) ?? []) with
        {
            HasSql = IsSql(file),
            UpPart = Up,
        };

    /// <inheritdoc/>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var migration in folder.Migrations)
        {
            names.TryAdd(migration.RowName ?? KeyOf(migration.Name), migration.Name);
        }

        return ledger with { Rows =
            [.. ledger.Rows.Select(row =>
                row with { Name = names.GetValueOrDefault(row.Name) ?? names.GetValueOrDefault(KeyOf(row.Name)) ?? row.Name })] };
    }

    IEnumerable<Problem> Twice(IEnumerable<Migration> migrations) =>
        from migration in migrations
        group migration.ShownAs by migration.RowName ?? KeyOf(migration.Name) into same
        where same.Count() > 1
        select ToolProblems.History(
            this, $"{string.Join(" and ", same)} are the same migration", $"both are {same.Key.TrimStart('0')}",
            "Give one of them another number");

    /// <summary>A number, so that ordinal comparison orders it.</summary>
    protected static string Number(string digits) => digits.TrimStart('0').PadLeft(Digits, '0');

    /// <summary>The leading digits of a name as a number; the name itself where it begins with none.</summary>
    protected static string LeadingNumber(string name)
    {
        var count = name.TakeWhile(char.IsAsciiDigit).Count();
        return count == 0 ? name : Number(name[..count]);
    }

    /// <summary>Keeps the lines from the first match of a start to the next match of an end; the others become empty.</summary>
    /// <param name="text">The file.</param>
    /// <param name="start">The line that begins the part.</param>
    /// <param name="end">The line that ends it.</param>
    /// <param name="isUpFromTheStart">What a file without a start line means.</param>
    protected static string Between(string text, Regex start, Regex end, bool isUpFromTheStart)
    {
        var isUp = isUpFromTheStart && !start.IsMatch(text);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            isUp = start.IsMatch(lines[i]) || (isUp && !end.IsMatch(lines[i]));
            if (!isUp)
            {
                lines[i] = "";
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Folders with files of a kind, as evidence.</summary>
    protected IEnumerable<ToolEvidence> FoldersOf(ProjectTree project, IEnumerable<string> files, string words, Version? version = null) =>
        files.Select(ProjectTree.FolderOf).Distinct().Select(folder => new ToolEvidence(this, folder, words) { Version = version });

    /// <summary>Rows of a ledger that stores names only.</summary>
    protected static string NameRows(LedgerTable table, string name, string? time = null, string order = "1", string? where = null) =>
        $"select {name}::text, null::text, {(time is null ? "null" : time)}::timestamptz, 'applied', null::text from "
            + $"{table.Sql}{(where is null ? "" : $" where {where}")} order by {order}";

    /// <summary>Deletes rows by name.</summary>
    protected static string Delete(LedgerTable table, string column, IEnumerable<string> values) =>
        $"delete from {table.Sql} where {column} in ({string.Join(", ", values.Select(Postgres.Sql.Literal))})";
}
