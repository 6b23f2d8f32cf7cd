using Cake.Core;
using Cake.Frosting;
using DbGate.Backups;
using DbGate.Postgres;

namespace DbGate.Build.Bench;

/// <summary>One backup in a process of its own, for <see cref="BackupSuite"/>: prints its peak memory in MiB and the archive's key.</summary>
[TaskName(Target)]
[TaskDescription("One backup for bench --suite=backup; not to be called by hand.")]
public sealed class BackupOnce : AsyncFrostingTask
{
    /// <summary>The task.</summary>
    public const string Target = "bench-backup-once";

    /// <inheritdoc/>
    public override async Task RunAsync(ICakeContext context)
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(BenchStore.UrlVariable) ?? "", BenchStore.UrlVariable);
        var backup = await Backup.TakeAsync(
            new() { Url = url, Environment = "bench", Stores = [BenchStore.Open()] }, new Stages<BackupProgress>(progress => progress.Stage), CancellationToken.None);
        OwnRun.Report(backup.Key);
    }
}
