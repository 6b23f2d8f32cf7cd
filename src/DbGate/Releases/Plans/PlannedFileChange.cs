using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>The first line in which a migration file is no longer the one that was approved.</summary>
/// <param name="Words">What was there.</param>
/// <param name="Location">Where.</param>
/// <param name="Excerpt">What is there now.</param>
sealed record PlannedFileChange(string Words, SourceLocation Location, SourceExcerpt Excerpt)
{
    /// <summary>Of the first file that differs; null when none does, or none can be read.</summary>
    public static async Task<PlannedFileChange?> FindAsync(Plan plan, IEnumerable<Migration> now, CancellationToken cancellationToken)
    {
        foreach (var file in now.Where(file => file.Checksum is not null))
        {
            if (plan.Migrations.FirstOrDefault(planned => planned.Name == file.Name) is { } planned
                && await ReadAsync(file, cancellationToken) is { } text
                && text != planned.Sql)
            {
                return Between(file.Name, planned.Sql, text);
            }
        }

        return null;
    }

    /// <summary>Pure.</summary>
    public static PlannedFileChange Between(string name, string planned, string now)
    {
        var (before, after) = (planned.Split('\n'), now.Split('\n'));
        var line = 0;
        while (line < before.Length && line < after.Length && before[line] == after[line])
        {
            line++;
        }

        var words = line >= before.Length || (line == before.Length - 1 && before[line].Length == 0) ? "the approved file ended here"
            : line < after.Length && before[line].TrimEnd('\r') == after[line].TrimEnd('\r')
                ? $"only the line ends of line {line + 1} differ from the approved file"
            : $"line {line + 1} of the approved file was: {before[line].Trim()}";
        return new PlannedFileChange(words, new SourceLocation($"{name}/migration.sql", line + 1), SourceExcerpt.From(now, line + 1));
    }

    static async Task<string?> ReadAsync(Migration file, CancellationToken cancellationToken)
    {
        try
        {
            return await file.ReadSqlAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is GateException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
