using System.Globalization;

namespace DbGate.Bench;

/// <summary>
/// How much memory a backup and a restore test hold at most, each at two sizes of the database, with a folder and with a real S3 server: it
/// must not grow with the database.
/// </summary>
public sealed class MemorySuite : IBenchSuite
{
    const double LargestMemory = 200;

    static readonly double[] Parts = [0.05, 0.5];

    /// <inheritdoc/>
    public string Name => "backup";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        using var folder = new BenchFolder();
        await using var s3 = await BenchStore.StartS3Async(cancellationToken);
        var figures = new List<BenchFigure>();
        foreach (var part in Parts)
        {
            await using var database = await BenchDatabase.CreateAsync(options.Scale * part, log, cancellationToken);
            foreach (var store in (BenchStore[])[BenchStore.Folder(folder.Path), s3])
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"{store.Kind}, scale {options.Scale * part:0.###}");
                var backup = await OwnRun.StartAsync(BackupOnce.Target, database, store.Variables, cancellationToken);
                var test =
                    await OwnRun.StartAsync(RestoreOnce.Target, database, RestoreOnce.Told(store, backup.Archive, RestoreOnce.Test),
                        cancellationToken);
                await database.ForgetRestoredAsync(cancellationToken);
                figures.Add(new($"peak memory of a backup {where}", backup.PeakMiB, null, "MiB", LargestMemory));
                figures.Add(new($"peak memory of a restore test {where}", test.PeakMiB, null, "MiB", LargestMemory));
                log(string.Create(
                    CultureInfo.InvariantCulture, $"{where}: backup {backup.PeakMiB:0} MiB, restore test {test.PeakMiB:0} MiB"));
            }
        }

        return figures;
    }
}
