namespace DbGate.Build.Demo;

/// <summary>A copy of the sample wallet application, to be released and to be broken.</summary>
sealed class DemoProject
{
    readonly string sample = Path.Combine(Paths.Root.FullPath, "tests/samples/wallet");

    public DemoProject(string folder)
    {
        Folder = folder;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Copy(sample, folder);
        Directory.Delete(Path.Combine(folder, "next"), recursive: true);
    }

    public string Folder { get; }

    /// <summary>The script that fills the database.</summary>
    public string Seed => File.ReadAllText(Path.Combine(sample, "prisma/seed.sql"));

    /// <summary>The change of the next release: one more migration.</summary>
    public void AddNextMigration() => Copy(Path.Combine(sample, "next"), Folder);

    /// <summary>A migration that cannot succeed: the new column must not be null, and there are rows.</summary>
    public void AddFailingMigration() =>
        Write("prisma/migrations/20261201090000_country/migration.sql", "ALTER TABLE \"User\" ADD COLUMN \"country\" TEXT NOT NULL;\n");

    public void RemoveFailingMigration() =>
        Directory.Delete(Path.Combine(Folder, "prisma/migrations/20261201090000_country"), recursive: true);

    /// <summary>What people do at 2 a.m.</summary>
    public void LetTheImagePush()
    {
        var start = Path.Combine(Folder, "scripts/start.sh");
        File.WriteAllText(
            start, File.ReadAllText(start).Replace("prisma migrate deploy", "prisma db push --accept-data-loss", StringComparison.Ordinal));
    }

    public void Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(from, file);
            if (!path.Split('/', '\\').Contains("node_modules"))
            {
                var target = Path.Combine(to, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }
    }
}
