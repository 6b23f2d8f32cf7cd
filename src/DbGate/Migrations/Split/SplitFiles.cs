using System.Globalization;
using System.Text.RegularExpressions;

namespace DbGate.Migrations.Split;

/// <summary>A file that a split writes.</summary>
/// <param name="Path">Relative to the project. A later release's file ends with <c>.later</c>, so that no tool applies it.</param>
/// <param name="Text">All of it.</param>
/// <param name="Target">Where a later release's file belongs then; null for one that is there already.</param>
/// <param name="Release">The release that deploys it.</param>
sealed record SplitFile(string Path, string Text, string? Target, int Release);

/// <summary>
/// Names the files of a split as the migration's tool does: a directory with <c>migration.sql</c>, or a file that begins with a number.
/// Pure.
/// </summary>
static partial class SplitFiles
{
    /// <summary>Where the files of later releases and the original wait, relative to the project.</summary>
    public const string Folder = "dbgate-split";

    const string MigrationFile = "/migration.sql";
    const string Later = ".later";

    /// <summary>The files.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="original">The migration's file, relative to the project, with forward slashes.</param>
    /// <param name="names">The names of the folder's migrations, the newest last: the later parts follow it.</param>
    /// <returns>Null when the name begins with no number, or another migration has the number of a part.</returns>
    public static IReadOnlyList<SplitFile>? From(IReadOnlyList<SplitPart> parts, string original, IReadOnlyList<string> names)
    {
        var isDirectory = original.EndsWith(MigrationFile, StringComparison.Ordinal);
        var path = isDirectory ? original[..^MigrationFile.Length] : original;
        var slash = path.LastIndexOf('/') + 1;
        if (Numbered().Match(path[slash..]) is not { Success: true } name || Numbered().Match(names[^1]) is not { Success: true } last)
        {
            return null;
        }

        var early = parts.Count(part => part.Release == 1);
        var start = NumberOf(name);
        var others = names.Select(one => Numbered().Match(one)).Where(one => one.Success && one.Value != name.Value)
            .Select(one => (one.Groups["before"].Value, NumberOf(one)))
            .ToHashSet();
        if (Enumerable.Range(1, Math.Max(0, early - 1)).Any(add => others.Contains((name.Groups["before"].Value, start + add))))
        {
            return null;
        }

        var files = new List<SplitFile>();
        var next = start;
        foreach (var part in parts)
        {
            next = part.Release > 1 && last.Value != name.Value ? Math.Max(next, NumberOf(last) + 1) : next;
            var number = Text(name, next++);
            var target = $"{path[..slash]}{name.Groups["before"].Value}{number}{name.Groups["between"].Value}{name.Groups["rest"].Value}"
                + $"_{part.Suffix}{(isDirectory ? MigrationFile : ".sql")}";
            files.Add(part.Release == 1
                ? new(target, part.Text, null, 1)
                : new($"{Folder}/release-{part.Release}/{target}{Later}", part.Text, target, part.Release));
        }

        return files;
    }

    /// <summary>Where the original waits.</summary>
    public static string OriginalOf(string original) => $"{Folder}/original/{original}{Later}";

    /// <summary>A timestamp or a counter, as long as it was.</summary>
    static string Text(Match name, decimal number) =>
        number.ToString(CultureInfo.InvariantCulture).PadLeft(name.Groups["number"].Value.Length, '0');

    static decimal NumberOf(Match name) => decimal.Parse(name.Groups["number"].Value, CultureInfo.InvariantCulture);

    // A version with dots counts by its last number.
    [GeneratedRegex(@"^(?<before>V?(?:[0-9]+[._](?=[0-9]))*)(?<number>[0-9]{1,20})(?<between>_+|-)(?<rest>.+?)(?:\.sql)?$")]
    private static partial Regex Numbered();
}
