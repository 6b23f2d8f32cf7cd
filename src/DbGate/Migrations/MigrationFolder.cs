using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>The migrations on disk.</summary>
/// <param name="Path">Absolute path of the folder.</param>
/// <param name="Exists">False when there is no such folder.</param>
/// <param name="Migrations">Sorted by name, as Prisma sorts them.</param>
/// <param name="Provider">What <c>migration_lock.toml</c> names; null when there is no such file, which Prisma takes for "not
/// checked".</param>
/// <param name="IsPrisma8">True when the folder holds packages of Prisma 8 (<c>migration.json</c> and <c>ops.json</c>).</param>
sealed partial record MigrationFolder(
    string Path, bool Exists, IReadOnlyList<Migration> Migrations, string? Provider, bool IsPrisma8)
{
    const string LockFile = "migration_lock.toml";

    /// <summary>The tool whose migrations these are.</summary>
    internal Tools.MigrationTool Tool { get; init; } = Tools.MigrationToolCatalog.Default;

    /// <summary>What the tool does with a migration that sorts before an applied one, as the project configures it.</summary>
    internal Tools.OutOfOrderRule OutOfOrder { get => outOfOrder ?? Tool.Facts.OutOfOrder; init => outOfOrder = value; }

    readonly Tools.OutOfOrderRule? outOfOrder;

    /// <summary>What is wrong with the files themselves.</summary>
    internal IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Reads the folder; SQL is hashed, not kept.</summary>
    /// <exception cref="GateException">DBG0211: the folder or a file cannot be read.</exception>
    public static MigrationFolder Read(string path)
    {
        try
        {
            if (!Folders.Exists(path))
            {
                return Folders.HasFile(path)
                    ? throw new GateException(MigrationProblems.UnreadableFolder(path, "it is a file"))
                    : new MigrationFolder(path, false, [], null, false);
            }

            var directories = Directory.GetDirectories(path);
            Array.Sort(directories, StringComparer.Ordinal);
            var migrations = new Migration[directories.Length];
            Parallel.For(0, directories.Length, i => migrations[i] = Migration.Read(directories[i]));
            var isPrisma8 = directories.Any(directory => File.Exists(System.IO.Path.Combine(directory, "ops.json")));
            return new MigrationFolder(path, true, migrations, ReadProvider(path), isPrisma8) { Unrecognized = UnrecognizedIn(path) };
        }
        catch (Exception exception) when (Unwrap(exception) is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(path, Unwrap(exception).Message), exception);
        }
    }

    /// <summary>Files beside the migrations' directories that are none, such as another tool's migrations; sorted by name.</summary>
    internal IReadOnlyList<string> Unrecognized { get; init; } = [];

    static string[] UnrecognizedIn(string path) =>
    [
        .. Directory.GetFiles(path).Select(file => System.IO.Path.GetFileName(file))
            .Where(name => name[0] != '.'
                && name != LockFile
                && System.IO.Path.GetExtension(name) is not (".md" or ".txt")
                && !name.Equals("README", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];

    static Exception Unwrap(Exception exception) =>
        exception is AggregateException { InnerException: { } inner } ? inner : exception;

    static string? ReadProvider(string path)
    {
        var file = System.IO.Path.Combine(path, LockFile);
        return File.Exists(file) && ProviderLine().Match(File.ReadAllText(file)) is { Success: true } match ? match.Groups[1].Value : null;
    }

    [GeneratedRegex("""^\s*provider\s*=\s*["']([^"'\r\n]*)["']""", RegexOptions.Multiline)]
    private static partial Regex ProviderLine();
}
