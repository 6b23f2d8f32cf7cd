using System.Globalization;
using Cake.Core;
using Cake.Frosting;
using DbGate.Backups;
using DbGate.Backups.Stores;
using DbGate.Postgres;

namespace DbGate.Build.Bench;

/// <summary>One backup in a process of its own, for <see cref="BackupSuite"/>: prints its own seconds and its peak memory in MiB.</summary>
[TaskName(Target)]
[TaskDescription("One backup for bench --suite=backup; not to be called by hand.")]
public sealed class BackupOnce : AsyncFrostingTask
{
    /// <summary>The task.</summary>
    public const string Target = "bench-backup-once";

    /// <summary>The variable with the URL.</summary>
    public const string UrlVariable = "DBGATE_BENCH_URL";

    /// <summary>The variable with the folder.</summary>
    public const string FolderVariable = "DBGATE_BENCH_FOLDER";

    /// <inheritdoc/>
    public override async Task RunAsync(ICakeContext context)
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(UrlVariable) ?? "", UrlVariable);
        var folder = Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException($"{FolderVariable} is not set.");
        var backup = await Backup.TakeAsync(
            new() { Url = url, Environment = "bench", Stores = [ObjectStores.Open(new StoreOptions.Folder(folder))] }, new Stages<BackupProgress>(progress => progress.Stage), CancellationToken.None);
        using var own = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {backup.Elapsed.TotalSeconds:0.000} {own.PeakWorkingSet64 / 1048576.0:0.0}"));
    }
}
