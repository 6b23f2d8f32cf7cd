using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Providers;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Migrations.Drift;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Reports;
using DbGate.Targets;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Takes a backup now and reads it back, or accepts a fresh verified one where policy reports it.</summary>
/// <param name="alwaysTake">True for the task <c>backup</c>, which takes one whatever policy accepts.</param>
sealed class BackupFirstStep(bool alwaysTake = false) : IProduces<BackupProof>, IProduces<BackupBaseline>
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe(alwaysTake ? "backup" : "backup-first") with
    {
        IsRecorded = true,
        DemandsKeptRules = true,
        IsForRecovery = alwaysTake,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (!alwaysTake && await PlanGate.NamedAsync(context, cancellationToken) is { Plan.Promise.Backup: { } planned } plan)
        {
            await PlanGate.DemandUnexpiredAsync(context, plan, cancellationToken);
            var proof =
                await BackupLevels.ProveAsync(
                    context, await PlanBackups.ProveAsync(context, plan, planned, cancellationToken), cancellationToken);
            context.Produce(this, proof);
            return new StepResult
            {
                Summary = $"the backup of plan {plan.Digest[..8]}, of {planned.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: every byte "
                    + "read again",
                Facts = [new Fact("archive", proof.Location), new Fact("level", proof.Level)],
            };
        }

        if (!alwaysTake
            && context.Settings.Get(BackupSettings.MaxAge) > TimeSpan.Zero
            && await AcceptedAsync(context, cancellationToken) is { } fresh)
        {
            var accepted = await BackupLevels.ProveAsync(context, fresh, cancellationToken);
            context.Produce(this, accepted);
            return new StepResult
            {
                Summary = $"accepted the backup of {accepted.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, which policy calls fresh",
                Facts = [new Fact("archive", accepted.Location), new Fact("level", accepted.Level)],
            };
        }

        if (EngineBackups.IsUsed(context.Settings))
        {
            var (file, engine, test) = await TakeOfEngineAsync(this, context, alwaysTake, cancellationToken);
            return EngineSteps.Result(file, engine, test, context.Clock);
        }

        var (outcome, proven) = await TakeProvenAsync(this, context, alwaysTake, cancellationToken);
        var manifest = outcome.Manifest;
        var pruned = await PruneAsync(context, cancellationToken);
        return new StepResult
        {
            Summary = $"{TextSanitizer.Bytes(manifest.Archive.Length)} in {TextSanitizer.Duration(outcome.Elapsed)}, "
                + $"read back and verified "
                + $"({proven.Level})",
            Problems = [.. outcome.Problems],
            Facts =
            [
                .. outcome.Locations.Select(location => new Fact("archive", location)),
                new Fact("sha256", manifest.Archive.Sha256),
                new Fact(
                    "content",
                    $"{TextSanitizer.Count(manifest.Tables.Count, "table", "tables")}, "
                        + $"{TextSanitizer.Count(manifest.Tables.Sum(table => table.Rows), "row", "rows")}, "
                        + TextSanitizer.Count(manifest.LargeObjects.Count, "large object", "large objects")),
                new Fact(
                    "signature",
                    outcome.File.Signature is null ? "none (set DBGATE_SIGNING_KEY to sign)" : $"key {outcome.File.Signature.KeyId[..8]}"),
                new Fact("not in the archive", string.Join(", ", manifest.NotIncluded.Select(Left)) + " (see the manifest)"),
                .. pruned,
            ],
        };
    }

    static string Left(ExcludedObject omission) =>
        omission.Names.Count == 1 ? $"{omission.Kind}: {omission.Names[0]}" : $"{omission.Kind}: {omission.Names.Count}";

    /// <summary>Takes or demands a backup that a deploy can go back to, and leaves it as this run's.</summary>
    internal static async Task<BackupProof> TakeProofAsync<TStep>(TStep producer, GateContext context, CancellationToken cancellationToken)
        where TStep : IProduces<BackupProof>, IProduces<BackupBaseline> =>
        EngineBackups.IsUsed(context.Settings)
            ? (await TakeOfEngineAsync(producer, context, isAlone: false, cancellationToken)).Proof
            : (await TakeProvenAsync(producer, context, isAlone: false, cancellationToken)).Proof;

    static async Task<(EngineProofFile File, BackupProof Proof, EngineRestoreTest? Test)> TakeOfEngineAsync<TStep>(
        TStep producer, GateContext context, bool isAlone, CancellationToken cancellationToken)
        where TStep : IProduces<BackupProof>, IProduces<BackupBaseline>
    {
        var baseline = isAlone ? null : await BaselineAsync(context, cancellationToken);
        var taken = await EngineSteps.TakeAsync(producer, context, isAlone, cancellationToken);
        if (baseline is not null)
        {
            context.Produce(producer, baseline);
        }

        return taken;
    }

    /// <summary>Takes a backup, proves it as far as the settings demand, and leaves it as this run's.</summary>
    /// <param name="producer">The step that takes it.</param>
    /// <param name="context">The run.</param>
    /// <param name="isAlone">True for the task <c>backup</c>, after which no release follows.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    internal static async Task<(BackupOutcome Outcome, BackupProof Proof)> TakeProvenAsync<TStep>(
        TStep producer, GateContext context, bool isAlone, CancellationToken cancellationToken)
        where TStep : IProduces<BackupProof>, IProduces<BackupBaseline>
    {
        var baseline = isAlone ? null : await BaselineAsync(context, cancellationToken);
        var outcome = await TakeAsync(context, cancellationToken);
        var manifest = outcome.Manifest;
        var taken =
            new BackupProof(
                Identity(manifest.Source), outcome.Locations[0], outcome.File.Sha256, manifest.Times.Snapshot, manifest.Verification.Level);
        var proven = isAlone ? taken : await BackupLevels.ProveAsync(context, taken, cancellationToken);
        context.Produce(producer, proven);
        if (baseline is not null)
        {
            context.Produce(producer, baseline);
        }

        return (outcome, proven);
    }

    /// <summary>Null where the target cannot be read so: the backup itself reports why.</summary>
    static async Task<BackupBaseline?> BaselineAsync(GateContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
            var writes = await DatabaseWrites.ReadAsync(connection.Session, cancellationToken);
            return new BackupBaseline(
                await CatalogSnapshot.ReadAsync(connection.Session, DriftPolicy.Read(context), cancellationToken), writes);
        }
        catch (Exception exception) when (exception is PostgresFault or GateException)
        {
            return null;
        }
    }

    /// <summary>Retention runs only after a success, and its failure takes nothing from the backup.</summary>
    static async Task<IReadOnlyList<Fact>> PruneAsync(GateContext context, CancellationToken cancellationToken)
    {
        var facts = new List<Fact>();
        foreach (var store in BackupStores.Open(context.Settings))
        {
            try
            {
                var report = await PruneBackupsStep.PruneAsync(context, store, cancellationToken);
                facts.Add(new Fact("retention", $"{report.Plan.Kept.Count()} kept, {report.Deleted.Count} deleted in {store.Location}"));
            }
            catch (GateException exception)
            {
                facts.Add(new Fact("retention", $"nothing deleted in {store.Location}: {exception.Problem.Message}"));
            }
        }

        return facts;
    }

    static TargetIdentity Identity(SourceFacts source) =>
        new(source.SystemIdentifier, source.DatabaseOid, source.DatabaseName, source.ServerVersion, source.InRecovery);

    static async Task<BackupProof?> AcceptedAsync(GateContext context, CancellationToken cancellationToken)
    {
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        return await context.Services.Evidence.NewestVerifiedAsync(context, connection.Identity, cancellationToken);
    }

    static async Task<BackupOutcome> TakeAsync(GateContext context, CancellationToken cancellationToken)
    {
        // The task "backup" runs by itself, without the safety rules before it.
        if (context.IsProduction
            && BackupConfigCheck.Forgotten(context.Settings) is { } forgotten
            && context.Waive([forgotten]).FirstOrDefault(problem => problem.IsBlocking) is { } problem)
        {
            throw new GateException(problem);
        }

        IProgressBar? bar = null;
        var progress = new Forward(report =>
        {
            bar ??= context.Services.Progress.Begin(
                $"backup {context.Target.Url.Database}", report.ExpectedBytes > 0 ? report.ExpectedBytes : null);
            bar.Report(report.PlainBytes, report.What.Length > 0 ? report.What : report.Stage);
        });
        try
        {
            return await Backup.TakeAsync(await BackupRequests.ForAsync(context, cancellationToken), progress, cancellationToken);
        }
        finally
        {
            bar?.Dispose();
        }
    }

    /// <summary>Reports at once, on the reporting thread.</summary>
    sealed class Forward(Action<BackupProgress> report) : IProgress<BackupProgress>
    {
        readonly Lock gate = new();

        public void Report(BackupProgress value)
        {
            lock (gate)
            {
                report(value);
            }
        }
    }
}
