using System.Diagnostics;
using System.Globalization;
using DbGate.Processes;

namespace DbGate.Bench;

/// <summary>
/// DbGate's backup (compressed, hashed, read back, with its manifest) against <c>pg_dump &gt;/dev/null</c>, which does nothing but read,
/// and against <c>pg_dump | gzip</c>, which is what people do.
/// </summary>
public sealed class BackupSuite : IBenchSuite
{
    const double LongestToFloor = 1.25;
    const double LongestToGzip = 1 / 3.0;
    const double LargestMemory = 200;

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
        var runs = new List<Run>();
        for (var i = 0; i <= options.Runs; i++)
        {
            var run = new Run(
                await ShellAsync(database, "exec pg_dump >/dev/null", folder, cancellationToken),
                await OwnAsync(database, folder, cancellationToken),
                await ShellAsync(database, "set -o pipefail; pg_dump | gzip >file.sql.gz", folder, cancellationToken),
                new FileInfo(Path.Combine(folder.Path, "file.sql.gz")).Length);
            log(string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: pg_dump {run.Floor:0.0} s, DbGate {run.Own.Seconds:0.0} s, "
                    + $"{run.Own.Bytes / 1e6:0} MB, pg_dump | gzip {run.Gzip:0.0} s, {run.GzipBytes / 1e6:0} MB"));
            runs.Add(run);
        }

        runs.RemoveAt(0);
        var own = BenchFigure.Median(runs.Select(run => run.Own.Seconds));
        return
        [
            new("backup to pg_dump >/dev/null", own, BenchFigure.Median(runs.Select(run => run.Floor)), "s", LongestToFloor),
            new("backup to pg_dump | gzip", own, BenchFigure.Median(runs.Select(run => run.Gzip)), "s", LongestToGzip),
            new("size to pg_dump | gzip", BenchFigure.Median(runs.Select(run => run.Own.Bytes / 1e6)),
                BenchFigure.Median(runs.Select(run => run.GzipBytes / 1e6)), "MB", 1),
            new("peak memory of the backup's process", runs.Max(run => run.Own.PeakMiB), null, "MiB", LargestMemory),
        ];
    }

    static async Task<Taken> OwnAsync(BenchDatabase database, BenchFolder folder, CancellationToken cancellationToken)
    {
        var target = folder.Info.CreateSubdirectory("dbgate");
        var run = await OwnRun.StartAsync(BackupOnce.Target, database, BenchStore.Folder(target.FullName).Variables, cancellationToken);
        var bytes = target.EnumerateFiles("*.sql.gz").Sum(file => file.Length);
        target.Delete(recursive: true);
        return new(run.Seconds, bytes, run.PeakMiB);
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

    sealed record Taken(double Seconds, long Bytes, double PeakMiB);

    sealed record Run(double Floor, Taken Own, double Gzip, long GzipBytes);
}
