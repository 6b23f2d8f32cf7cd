using System.Text;
using DbGate.Backups;
using DbGate.Tests.Processes;

namespace DbGate.Tests.Backups;

[TestFixture]
[Category("Postgres")]
[Platform("Linux")]
public sealed class SchedulingOfABackup
{
    /// <summary>Otherwise each 4 KiB that they write wake the reader, which costs a backup a tenth of its CPU time.</summary>
    [Test]
    public async Task Lets_its_client_programs_work_in_long_stretches()
    {
        await using var trial = await ManyRows.StartAsync();
        var store = new GatedStore(trial.Store);
        var running = Backup.TakeAsync(trial.Request with { Stores = [store], Options = ManyRows.Small }, null, CancellationToken.None);
        await store.ReachedAsync(running);

        string[] policies = [.. ProcessesOf(trial.Source.Url.Database).Select(OwnThreads.PolicyOf)];
        store.Open();
        await running;

        Assert.That(policies, Is.Not.Empty);
        Assert.That(policies, Has.All.EqualTo(OwnThreads.Batch));
    }

    static IEnumerable<string> ProcessesOf(string database) => Directory.EnumerateDirectories("/proc")
        .Select(folder => Path.GetFileName(folder))
        .Where(process => process.All(char.IsAsciiDigit) && Environment(process).Split('\0').Contains($"PGDATABASE={database}"));

    static string Environment(string process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/environ"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended, or belongs to another user.
        }
    }
}
