using DbGate.Backups;
using DbGate.Postgres;

namespace DbGate.Bench;

/// <summary>
/// One backup in a process of its own, for <see cref="BackupSuite"/>: prints its peak memory in MiB and the archive's key.
/// </summary>
static class BackupOnce
{
    /// <summary>The argument that starts it.</summary>
    public const string Target = "backup-once";

    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(BenchStore.UrlVariable) ?? "", BenchStore.UrlVariable);
        var backup = await Backup.TakeAsync(
            new() { Url = url, Environment = "bench", Stores = [BenchStore.Open()] },
            new Stages<BackupProgress>(progress => progress.Stage), CancellationToken.None);
        OwnRun.Report(backup.Key);
    }
}
