using System.Text.RegularExpressions;
using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>The migrations on disk.</summary>
/// <param name="Path">Absolute path of the folder.</param>
/// <param name="Exists">False when there is no such folder.</param>
/// <param name="Migrations">Sorted by name, as Prisma sorts them.</param>
/// <param name="Provider">What <c>migration_lock.toml</c> names; null when there is no such file, which Prisma takes for "not checked".</param>
/// <param name="IsPrisma8">True when the folder holds packages of Prisma 8 (<c>migration.json</c> and <c>ops.json</c>).</param>
public sealed partial record MigrationFolder(
    string Path, bool Exists, IReadOnlyList<Migration> Migrations, string? Provider, bool IsPrisma8)
{
    /// <summary>Reads the folder; SQL is hashed, not kept.</summary>
    /// <exception cref="GateException">DBG0211: the folder or a file cannot be read.</exception>
    public static MigrationFolder Read(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path)
                ? throw new GateException(MigrationProblems.UnreadableFolder(path, "it is a file"))
                : new MigrationFolder(path, false, [], null, false);
        }

        try
        {
            var directories = Directory.GetDirectories(path);
            Array.Sort(directories, StringComparer.Ordinal);
            var migrations = new Migration[directories.Length];
            Parallel.For(0, directories.Length, i => migrations[i] = Migration.Read(directories[i]));
            var isPrisma8 = directories.Any(directory => File.Exists(System.IO.Path.Combine(directory, "ops.json")));
            return new MigrationFolder(path, true, migrations, ReadProvider(path), isPrisma8);
        }
        catch (Exception exception) when (Unwrap(exception) is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(path, Unwrap(exception).Message), exception);
        }
    }

    static Exception Unwrap(Exception exception) =>
        exception is AggregateException { InnerException: { } inner } ? inner : exception;

    static string? ReadProvider(string path)
    {
        var file = System.IO.Path.Combine(path, "migration_lock.toml");
        return File.Exists(file) && ProviderLine().Match(File.ReadAllText(file)) is { Success: true } match ? match.Groups[1].Value : null;
    }

    [GeneratedRegex("""^\s*provider\s*=\s*["']([^"'\r\n]*)["']""", RegexOptions.Multiline)]
    private static partial Regex ProviderLine();
}
