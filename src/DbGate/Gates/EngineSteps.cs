using System.Globalization;
using DbGate.Backups.Providers;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Gates;

/// <summary>The steps <c>backup-first</c> and <c>restore-test</c> where another engine takes the backups.</summary>
static class EngineSteps
{
    /// <summary>Demands the proof that <c>backup.level</c> names, and leaves it as this run's backup.</summary>
    /// <param name="producer">The step.</param>
    /// <param name="context">The run.</param>
    /// <param name="isAlone">True for the task <c>backup</c>, after which no release follows.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<(EngineProofFile File, BackupProof Proof, EngineRestoreTest? Test)> TakeAsync<TStep>(
        TStep producer, GateContext context, bool isAlone, CancellationToken cancellationToken)
        where TStep : IProduces<BackupProof>
    {
        var demanded = isAlone ? BackupLevel.L0 : context.Settings.Get(BackupSettings.Level);
        var provider = EngineBackups.Open(context);
        if ((BackupLevel)provider.Reach < demanded)
        {
            throw EngineProblems.Level(provider.Name, provider.Reach, demanded);
        }

        var isRestored = demanded > BackupLevel.L1;
        var file = await ProveAsync(context, isRestored, cancellationToken);
        var test = isRestored ? await EngineRestoreTest.RunAsync(context, file, cancellationToken) : null;
        if (test?.Problems.FirstOrDefault(problem => problem.IsBlocking) is { } difference)
        {
            throw new GateException(difference);
        }

        var proof = EngineBackups.ProofOf(context, file, test is null ? file.Proof.Level : nameof(BackupLevel.L3));
        context.Produce(producer, proof);
        return (file, proof, test);
    }

    /// <summary>What <c>backup-first</c> reports.</summary>
    public static StepResult Result(
        EngineProofFile file, BackupProof proof, EngineRestoreTest? test, TimeProvider clock) => new()
    {
        Summary = $"{file.Proof.Engine}: {file.Proof.Backup.Label} and its WAL up to {file.Proof.Point.Name ?? file.Proof.Point.Lsn}, "
            + $"{Words(proof.Level)} ({proof.Level})",
        Problems = [.. test?.Problems ?? []],
        Facts = [new Fact("archive", proof.Location), .. Facts(file, proof.Level, clock), .. test is null ? [] : Facts(test)],
        NotChecked = [.. test?.Report.NotChecked ?? file.Proof.NotChecked],
    };

    /// <summary>A restore test of the engine's newest backup, or of a proof that was named.</summary>
    public static async Task<StepResult> TestAsync(
        GateContext context, Func<DateTimeOffset, string?> note, CancellationToken cancellationToken)
    {
        var named = context.Settings.Get(TaskOptions.RestoreBackup);
        var provider = EngineBackups.Open(context);
        if (provider is not IRestorableProvider)
        {
            throw EngineProblems.Level(provider.Name, provider.Reach, BackupLevel.L3);
        }

        var file = named.Length > 0
            ? await EngineBackups.ReadAsync(context, named, cancellationToken)
            : await ProveAsync(context, withContent: true, cancellationToken);
        var test = await EngineRestoreTest.RunAsync(context, file, cancellationToken);
        var written = test.Report.Passed ? note(test.Report.TestedAt) : null;
        return new StepResult
        {
            Summary = test.Report.Passed
                ? $"{file.Proof.Backup.Label} restored to {file.Proof.Point.Name} in {TextSanitizer.Duration(test.Report.RestoreTime)}, "
                    + string.Create(CultureInfo.InvariantCulture, $"{test.Report.Rows:N0} rows equal")
                : $"{file.Proof.Backup.Label} was restored, and is not what the database contained",
            Problems = [.. test.Problems],
            Facts =
            [
                new Fact("archive", file.Location), .. Facts(file, nameof(BackupLevel.L3), context.Clock), .. Facts(test),
                .. written is null ? Array.Empty<Fact>() : [new Fact("date", $"LAST_BACKUP_RESTORE_TEST_DATE in {written}")],
            ],
            NotChecked = [.. test.Report.NotChecked],
        };
    }

    static async Task<EngineProofFile> ProveAsync(GateContext context, bool withContent, CancellationToken cancellationToken)
    {
        Progress.IProgressBar? bar = null;
        try
        {
            return await EngineBackups.TakeAsync(
                context, withContent,
                stage =>
                {
                    bar?.Dispose();
                    bar = context.Services.Progress.Begin($"backup: {stage}", null);
                },
                cancellationToken);
        }
        finally
        {
            bar?.Dispose();
        }
    }

    static IEnumerable<Fact> Facts(EngineProofFile file, string level, TimeProvider clock)
    {
        var (backup, point) = (file.Proof.Backup, file.Proof.Point);
        yield return new Fact("level", $"{level}: {Words(level)}");
        yield return new Fact(
            "base backup",
            $"{backup.Label} ({backup.Kind}), {TextSanitizer.Duration(clock.GetUtcNow() - backup.StoppedAt)} old"
                + (backup.SystemIdentifier is { } cluster ? $", of cluster {cluster}" : ""));
        yield return new Fact(
            "restore point",
            $"{point.Name ?? "none, the time counts"} at {point.Lsn}, {point.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        if (file.Proof.WalSegments > 0)
        {
            yield return new Fact(
                "WAL",
                $"{TextSanitizer.Count(file.Proof.WalSegments, "segment", "segments")} from {backup.FirstWal} to {point.WalFile}, no gap");
        }

        yield return new Fact("verified", file.Proof.Verified);
    }

    static IEnumerable<Fact> Facts(EngineRestoreTest test)
    {
        yield return new Fact("scratch", test.Place);
        yield return new Fact("time to restore", TextSanitizer.Duration(test.Report.RestoreTime));
        yield return new Fact(
            "compared",
            string.Create(CultureInfo.InvariantCulture, $"{test.Report.Tables} tables, {test.Report.Rows:N0} rows, ")
                + $"{test.Report.ForeignKeys} foreign keys, {test.Report.Indexes} indexes in "
                + TextSanitizer.Duration(test.Report.CompareTime));
        yield return new Fact("record", test.RecordKey);
    }

    static string Words(string level) => level switch
    {
        nameof(BackupLevel.L0) => "reported by the engine, not checked",
        nameof(BackupLevel.L1) => "every byte read",
        _ => "restored and compared",
    };
}
