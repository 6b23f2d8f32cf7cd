using DbGate.Backups;
using DbGate.Storage;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Backups.Restores;

namespace DbGate.Testing;

/// <summary>
/// A process whose purpose is to be killed: replaces a database by its backup, and stops at the given stage without an end.
/// </summary>
public static class RestoreVictim
{
    /// <summary>Runs in the process.</summary>
    /// <param name="folder">Where the backup is.</param>
    /// <param name="key">The backup.</param>
    /// <param name="stage">Where to stop, as <see cref="RestoreProgress.Stage"/> names it.</param>
    public static async Task RunAsync(string folder, string key, string stage)
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(BackupVictim.UrlVariable)!, BackupVictim.UrlVariable);
        try
        {
            await Restore.RunAsync(
                new() { Backup = new(ObjectStores.Open(new StoreOptions.Folder(folder)), "staging") { Key = key }, Url = url,
                    IsProduction = false },
                new Stop(stage),
                CancellationToken.None);
            Console.WriteLine("completed");
        }
        catch (GateException refused)
        {
            Console.WriteLine(refused.Problem.Code);
        }
    }

    /// <summary>A restore test that makes its target again.</summary>
    /// <param name="folder">Where the backup is.</param>
    /// <param name="key">The backup.</param>
    public static async Task TestAsync(string folder, string key)
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(BackupVictim.UrlVariable)!, BackupVictim.UrlVariable);
        try
        {
            await RestoreTest.RunAsync(
                new() { Backup = new(ObjectStores.Open(new StoreOptions.Folder(folder)), "staging") { Key = key }, Target = url, Recreate =
                    true }, null, CancellationToken.None);
            Console.WriteLine("completed");
        }
        catch (GateException refused)
        {
            Console.WriteLine(refused.Problem.Code);
        }
    }

    sealed class Stop(string stage) : IProgress<RestoreProgress>
    {
        public void Report(RestoreProgress value)
        {
            if (value.Stage == stage)
            {
                Console.WriteLine("stopped");
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
