using DbGate.Postgres;

namespace DbGate.Build.Demo;

/// <summary>A copy of a sample application, to be released and to be broken.</summary>
abstract class DemoProject
{
    /// <param name="sample">The folder below tests/samples.</param>
    /// <param name="folder">Where the copy goes; an older one is removed.</param>
    protected DemoProject(string sample, string folder)
    {
        (Sample, Folder) = (Path.Combine(Paths.Root.FullPath, "tests/samples", sample), folder);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Copy(Sample, folder);
    }

    /// <summary>The copy.</summary>
    public string Folder { get; }

    /// <summary>The application as it is today, in words.</summary>
    public abstract string Words { get; }

    /// <summary>The script that fills the database.</summary>
    public abstract string Seed { get; }

    /// <summary>Options that each run has.</summary>
    public virtual string[] Options => [];

    /// <summary>The rules of the run's environment: there is no approver at a demo.</summary>
    public virtual string Policy => """{ "approvals": { "production": { "required": 0 } } }""";

    /// <summary>How long the demo may take.</summary>
    public virtual TimeSpan Deadline => TimeSpan.FromMinutes(5);

    /// <summary>The folder of the sample.</summary>
    protected string Sample { get; }

    /// <summary>The change of the next release: one more migration.</summary>
    public abstract void AddNextMigration();

    /// <summary>A migration that cannot succeed: the new column must not be null, and there are rows.</summary>
    public abstract void AddFailingMigration();

    /// <summary>What people do at 2 a.m.</summary>
    public abstract void LetTheImagePush();

    /// <summary>Installs and builds what the release needs.</summary>
    public virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Starts the application of the project as it is now; null where the demo's own answers instead.</summary>
    public virtual Task<IDemoApplication?> StartAsync(PostgresUrl url, CancellationToken cancellationToken) =>
        Task.FromResult<IDemoApplication?>(null);

    public void Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>Replaces a command of the image's start script.</summary>
    protected void Replace(string file, string before, string after) =>
        Write(file, File.ReadAllText(Path.Combine(Folder, file)).Replace(before, after, StringComparison.Ordinal));

    protected static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(from, file);
            if (!path.Split('/', '\\').Any(part => part is "node_modules" or "bin" or "obj"))
            {
                var target = Path.Combine(to, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }
    }
}
