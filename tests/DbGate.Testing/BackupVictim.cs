using DbGate.Backups;
using DbGate.Storage;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Testing;

/// <summary>A process whose purpose is to be killed: takes a backup, and stops at the given stage without an end.</summary>
public static class BackupVictim
{
    /// <summary>The variable that holds the URL.</summary>
    public const string UrlVariable = "DBGATE_TEST_VICTIM_URL";

    /// <summary>Runs in the process.</summary>
    /// <param name="folder">For the backup.</param>
    /// <param name="stage">Where to stop, as <see cref="BackupProgress.Stage"/> names it.</param>
    public static async Task RunAsync(string folder, string stage)
    {
        var url = PostgresUrl.Parse(Environment.GetEnvironmentVariable(UrlVariable)!, UrlVariable);
        try
        {
            await Backup.TakeAsync(
                new() { Url = url, Environment = "staging", Stores = [ObjectStores.Open(new StoreOptions.Folder(folder))],
                    Options = new() { HoldBytes = 1 << 16 } },
                new Stop(stage),
                CancellationToken.None);
            Console.WriteLine("completed");
        }
        catch (GateException refused)
        {
            Console.WriteLine(refused.Problem.Code);
            Console.Error.WriteLine(refused.Problem);
        }
    }

    sealed class Stop(string stage) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
            // In "reading": once rows are under way.
            if (value.Stage == stage && (stage != "reading" || value.StoredBytes > 0))
            {
                Console.WriteLine("stopped");
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
