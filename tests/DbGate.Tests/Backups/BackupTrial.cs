using DbGate.Backups;
using DbGate.Storage;
using DbGate.Postgres;
using DbGate.Storage.Local;

namespace DbGate.Tests.Backups;

/// <summary>
/// A source database, a folder for backups, and what people do with both: take a backup, restore it by gunzip and psql, compare.
/// </summary>
sealed class BackupTrial : IAsyncDisposable
{
    readonly List<TestDatabase> restored = [];
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-backup-");

    BackupTrial(TestDatabase source) => Source = source;

    public TestDatabase Source { get; }

    public string Folder => folder.FullName;

    public IObjectStore Store => new LocalStore(Folder);

    public BackupRequest Request => new() { Url = Source.Url, Environment = "staging", Stores = [Store] };

    public static async Task<BackupTrial> StartAsync(string sql = "")
    {
        var trial = new BackupTrial(await TestDatabase.CreateAsync());
        if (sql.Length > 0)
        {
            await trial.Source.ExecuteAsync(sql);
        }

        return trial;
    }

    /// <summary>With a copy of a database that no one is connected to.</summary>
    public static async Task<BackupTrial> CopyAsync(TestDatabase template) => new(await TestDatabase.CreateAsync(template));

    public static BackupTrial From(TestDatabase source) => new(source);

    public Task<BackupOutcome> TakeAsync(DumpOptions? options = null) =>
        Backup.TakeAsync(Request with { Options = options ?? new() }, null, CancellationToken.None);

    public string PathOf(BackupOutcome backup) => Path.Combine(Folder, backup.Key);

    /// <summary>As anyone would do it without DbGate.</summary>
    public async Task<TestDatabase> RestoreAsync(BackupOutcome backup, TestDatabase? into = null)
    {
        var target = into ?? await TestDatabase.CreateAsync(Source.Url.WithDatabase("postgres"));
        restored.Add(target);
        (await ShellAsync(target, "gunzip -c \"$1\" | psql -X -q -v ON_ERROR_STOP=1", PathOf(backup))).Succeeded();
        return target;
    }

    /// <summary>What pg_dump states of a database, without what differs by chance.</summary>
    public static async Task<string> DumpAsync(TestDatabase database) =>
        (await ShellAsync(database, "pg_dump | grep -v -E '^.(un)?restrict '", "")).Succeeded().Output;

    public async ValueTask DisposeAsync()
    {
        foreach (var database in restored)
        {
            await database.DisposeAsync();
        }

        await Source.DisposeAsync();
        folder.Delete(recursive: true);
    }

    static async Task<ShellResult> ShellAsync(TestDatabase database, string script, string argument)
    {
        await using var environment = await LibpqEnvironment.CreateAsync(database.Url, CancellationToken.None);
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        var tool = await ClientTools.FindAsync("pg_dump", session.ServerMajor, CancellationToken.None);
        var variables = new Dictionary<string, string?>(environment.Variables)
        {
            ["PATH"] = $"{Path.GetDirectoryName(tool.Path)}:{System.Environment.GetEnvironmentVariable("PATH")}",
            ["LC_ALL"] = "C",
        };
        return await Shell.RunAsync("bash", ["-o", "pipefail", "-c", script, "bash", argument], environment: variables);
    }
}
