namespace DbGate.Testing;

/// <summary>
/// A copy of the sample project <c>tests/samples/wallet</c> in a temporary folder, for one test to spoil; removed when disposed.
/// </summary>
public sealed class Wallet : IDisposable
{
    static readonly string Sample = Path.Combine(Repository.Root, "tests", "samples", "wallet");

    Wallet(string folder) => Folder = folder;

    /// <summary>The project's root.</summary>
    public string Folder { get; }

    /// <summary>The folder of the migrations.</summary>
    public string Migrations => Path.Combine(Folder, "prisma", "migrations");

    /// <summary>The names of the migrations, in their order.</summary>
    public IReadOnlyList<string> MigrationNames =>
        [.. Directory.EnumerateDirectories(Migrations).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    /// <summary>The SQL that fills a migrated database.</summary>
    public static string Seed => File.ReadAllText(Path.Combine(Sample, "prisma", "seed.sql"));

    /// <summary>Copies the project with its four migrations, without <c>next/</c>.</summary>
    public static Wallet Copy()
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-wallet-").FullName;
        CopyTo(Sample, folder);
        Directory.Delete(Path.Combine(folder, "next"), recursive: true);
        return new(folder);
    }

    /// <summary>Brings the next release: one more migration and its schema.</summary>
    public void UpgradeToNext() => CopyTo(Path.Combine(Sample, "next"), Folder);

    /// <summary>Writes a migration of the test's own.</summary>
    public void AddMigration(string name, string sql)
    {
        Directory.CreateDirectory(Path.Combine(Migrations, name));
        File.WriteAllText(MigrationFile(name), sql);
    }

    /// <summary>The <c>migration.sql</c> of a migration.</summary>
    public string MigrationFile(string name) => Path.Combine(Migrations, name, "migration.sql");

    /// <summary>Applies the migrations with plain SQL and no ledger: quick, for tests of the schema and not of the ledger.</summary>
    public async Task ApplySqlAsync(TestDatabase database, bool seed = false)
    {
        foreach (var name in MigrationNames)
        {
            await database.ExecuteAsync(await File.ReadAllTextAsync(MigrationFile(name)));
        }

        if (seed)
        {
            await database.ExecuteAsync(Seed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    static void CopyTo(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (relative.Split(Path.DirectorySeparatorChar)[0] != "node_modules")
            {
                var copy = Path.Combine(target, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
    }
}
