using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>Prisma's migrations folder: a directory for each migration, with a <c>migration.sql</c>.</summary>
static partial class PrismaFolder
{
    const string LockFile = "migration_lock.toml";

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
                    : new MigrationFolder(path, false, []);
            }

            var directories = Directory.GetDirectories(path);
            Array.Sort(directories, StringComparer.Ordinal);
            var migrations = new Migration[directories.Length];
            Parallel.For(0, directories.Length, i => migrations[i] = Migration.Read(directories[i]));
            return new MigrationFolder(path, true, migrations)
            {
                Unrecognized = UnrecognizedIn(path),
                Refusal = directories.Any(directory => File.Exists(Path.Combine(directory, "ops.json"))) ? PrismaProblems.Prisma8() : null,
                Problems = ProviderIn(path) is { } provider and not ("postgresql" or "postgres")
                    ? [PrismaProblems.Provider(provider)]
                    : [],
            };
        }
        catch (Exception exception) when (Unwrap(exception) is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(path, Unwrap(exception).Message), exception);
        }
    }

    /// <summary>What <c>migration_lock.toml</c> names; null when there is no such file, which Prisma takes for "not checked".</summary>
    internal static string? ProviderIn(string path)
    {
        var file = Path.Combine(path, LockFile);
        return File.Exists(file) && ProviderLine().Match(File.ReadAllText(file)) is { Success: true } match ? match.Groups[1].Value : null;
    }

    static string[] UnrecognizedIn(string path) =>
    [
        .. Directory.GetFiles(path).Select(file => Path.GetFileName(file))
            .Where(name => name[0] != '.'
                && name != LockFile
                && Path.GetExtension(name) is not (".md" or ".txt")
                && !name.Equals("README", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];

    static Exception Unwrap(Exception exception) =>
        exception is AggregateException { InnerException: { } inner } ? inner : exception;

    [GeneratedRegex("""^\s*provider\s*=\s*["']([^"'\r\n]*)["']""", RegexOptions.Multiline)]
    private static partial Regex ProviderLine();
}
