namespace DbGate.Tests.CommandGuard;

/// <summary>
/// Many small cases of one kind in one text file: files with placeholders, then a row of values for each case. <c>\n</c> and <c>\t</c> in a
/// value are a line break and a tab.
/// <code>
/// # Imports
/// --- server.js
/// import "{module}";
/// --- {file}
/// …
/// rows: at | module | file
/// boot.js:2 | ./boot | boot.js
/// - | ./boot | other.js        (nothing blocks)
/// ?server.js:1 | ./gone | x.js (listed as not followed)
/// </code>
/// </summary>
sealed record CaseRow(string List, GuardCase Case, IReadOnlyList<string> Blocks, IReadOnlyList<string> Open)
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests/samples/guard/lists");

    public static IEnumerable<CaseRow> All() =>
        Directory.EnumerateFiles(Folder, "*.list").Order(StringComparer.Ordinal).SelectMany(Read);

    static IEnumerable<CaseRow> Read(string path)
    {
        foreach (var text in File.ReadAllText(path).Split("\n=====\n").Where(text => text.Trim().Length > 0))
        {
            var parts = ("\n" + text.Trim('\n')).Split("\nrows: ");
            var rows = parts[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var columns = rows[0].Split('|', StringSplitOptions.TrimEntries);
            foreach (var row in rows.Skip(1))
            {
                var cells =
                    row.Split(" | ")
                        .Select(cell => cell.Trim()
                        .Replace("\\n", "\n", StringComparison.Ordinal)
                        .Replace("\\t", "\t", StringComparison.Ordinal))
                        .ToArray();
                yield return Row(Path.GetFileNameWithoutExtension(path), parts[0], columns, cells, row);
            }
        }
    }

    static CaseRow Row(string list, string template, string[] columns, string[] cells, string row)
    {
        for (var index = 0; index < columns.Length; index++)
        {
            template = template.Replace("{" + columns[index] + "}", index < cells.Length ? cells[index] : "", StringComparison.Ordinal);
        }

        var sections = template.Split("\n--- ");
        var title = sections[0].Trim('\n', '#', ' ');
        var files = sections.Skip(1).Select(section => section.Split('\n', 2)).Where(pair => pair[0].Trim() is not ("" or "-"))
            .Select(pair => (pair[0].Trim(), pair.Length > 1 ? pair[1] + "\n" : "")).ToList();
        var places = cells[0].Split(',', StringSplitOptions.TrimEntries);
        return new CaseRow(
            list, new GuardCase($"{list}: {title}: {row.Trim()}", [], files),
            [.. places.Where(place => place is not "-" && !place.StartsWith('?'))],
            [.. places.Where(place => place.StartsWith('?')).Select(place => place[1..])]);
    }

    public override string ToString() => Case.Name;
}
