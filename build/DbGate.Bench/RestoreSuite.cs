using System.Diagnostics;
using System.Globalization;
using DbGate.Backups;
using DbGate.Storage;
using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Bench;

/// <summary>
/// DbGate's restore, restore test and restore of one table against <c>gunzip -c | psql -1</c> of the same archive, and against <c>psql</c>
/// loading that one table's own dump. All into new databases of the same server.
/// </summary>
public sealed class RestoreSuite : IBenchSuite
{
    const double LongestRestore = 1;
    const double LongestTest = 1.4;
    const double LongestTable = 1.2;
    const double LargestMemory = 200;
    const string Table = "docs";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <inheritdoc/>
    public string Name => "backup";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        await using var database = await BenchDatabase.CreateAsync(options.Scale, log, cancellationToken);
        using var folder = new BenchFolder();
        var backup = await Backup.TakeAsync(
            new() { Url = database.Url, Environment = "bench", Stores = [ObjectStores.Open(new StoreOptions.Folder(folder.Path))] }, null,
            cancellationToken);
        await ShellAsync(database, $"pg_dump --table={Table} | gzip >table.sql.gz", folder, cancellationToken);
        var runs = new List<Run>();
        for (var i = 0; i <= options.Runs; i++)
        {
            var run = new Run(
                await PsqlAsync(database, backup.Key, folder, cancellationToken),
                await OwnAsync(database, backup.Key, RestoreOnce.Restore, folder, cancellationToken),
                await OwnAsync(database, backup.Key, RestoreOnce.Test, folder, cancellationToken),
                await PsqlAsync(database, "table.sql.gz", folder, cancellationToken),
                await OwnAsync(database, backup.Key, Table, folder, cancellationToken));
            log(string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: gunzip | psql -1 {run.Psql:0.0} s, restore {run.Restore.Seconds:0.0} s, restore "
                    + $"test {run.Test.Seconds:0.0} s; one table: gunzip | psql {run.TablePsql:0.0} s, DbGate {run.Table.Seconds:0.0} s"));
            runs.Add(run);
        }

        runs.RemoveAt(0);
        var psql = BenchFigure.Median(runs.Select(run => run.Psql));
        return
        [
            new("restore to gunzip | psql -1", BenchFigure.Median(runs.Select(run => run.Restore.Seconds)), psql, "s", LongestRestore),
            new("restore test to gunzip | psql -1", BenchFigure.Median(runs.Select(run => run.Test.Seconds)), psql, "s", LongestTest),
            new("one table to psql of its own dump", BenchFigure.Median(runs.Select(run => run.Table.Seconds)),
                BenchFigure.Median(runs.Select(run => run.TablePsql)), "s", LongestTable),
            new("peak memory of the restore's process", runs.Max(run => Math.Max(run.Restore.PeakMiB, run.Test.PeakMiB)), null, "MiB",
                LargestMemory),
        ];
    }

    static async Task<double> PsqlAsync(BenchDatabase database, string file, BenchFolder folder, CancellationToken cancellationToken)
    {
        await ShellAsync(database, "psql -X -q -d postgres -c 'CREATE DATABASE restored TEMPLATE template0'", folder, cancellationToken);
        var seconds =
            await ShellAsync(
                database, $"set -o pipefail; gunzip -c {file} | psql -X -q -1 -v ON_ERROR_STOP=1 -d restored >/dev/null", folder,
                cancellationToken);
        await database.ForgetRestoredAsync(cancellationToken);
        return seconds;
    }

    static async Task<OwnRun> OwnAsync(BenchDatabase database, string key, string what, BenchFolder folder,
        CancellationToken cancellationToken)
    {
        var run = await OwnRun.StartAsync(RestoreOnce.Target, database, RestoreOnce.Told(BenchStore.Folder(folder.Path), key, what),
            cancellationToken);
        await database.ForgetRestoredAsync(cancellationToken);
        return run;
    }

    static async Task<double> ShellAsync(BenchDatabase database, string script, BenchFolder folder, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(
                "bash", "-c", script) { Environment = database.Variables(), WorkingDirectory = folder.Path, Deadline = Deadline },
                cancellationToken);
        return outcome.Succeeded
            ? watch.Elapsed.TotalSeconds
            : throw new ComparatorException($"{script} ended with {outcome.ExitCode}: {outcome.StandardError}");
    }

    sealed record Run(double Psql, OwnRun Restore, OwnRun Test, double TablePsql, OwnRun Table);
}
