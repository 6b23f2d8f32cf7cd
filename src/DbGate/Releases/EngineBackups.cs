using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Providers;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Scratch;
using DbGate.Signing;
using DbGate.Storage;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>Backups of an engine (<c>backup.provider</c>) in a release: the proof, the restored cluster, the way back.</summary>
static class EngineBackups
{
    /// <summary>A release relies on an engine's backups.</summary>
    public static bool IsUsed(Settings settings) => settings.Get(BackupEngineSettings.Provider) != BackupProvider.Dump;

    /// <summary>The backup is an engine's.</summary>
    public static bool IsProof(BackupProof backup) => BackupName.IsProof(KeyOf(backup));

    /// <summary>The engine of the settings.</summary>
    public static IBackupProvider Open(GateContext context) => Open(
        context.Settings.Get(BackupEngineSettings.Provider), Options(context), ServerAccount.Choose());

    /// <summary>Its settings.</summary>
    public static EngineOptions Options(GateContext context)
    {
        var settings = context.Settings;
        return new()
        {
            Stanza = settings.Get(BackupEngineSettings.Stanza),
            ConfigFile = settings.Get(BackupEngineSettings.EngineConfig),
            BaseFolder = settings.Get(BackupEngineSettings.BaseFolder),
            WalFolder = settings.Get(BackupEngineSettings.WalFolder),
            Command = settings.Get(BackupEngineSettings.ExternalCommand),
            Secrets = [.. Target.Configured(settings).SelectMany(one => one.Url.Secrets)],
            Root = settings.Root,
            MaxBaseAge = settings.Get(BackupEngineSettings.MaxBaseAge),
            ArchiveTimeout = settings.Get(BackupEngineSettings.ArchiveTimeout),
            Deadline = settings.Get(BackupEngineSettings.RestoreTimeout),
            ScratchFolder = settings.Get(BackupEngineSettings.ScratchFolder),
            Comparison = settings.Get(BackupEngineSettings.Comparison),
            Jobs = settings.Get(BackupSettings.Jobs) is > 0 and var jobs ? jobs : null,
            Clock = context.Clock,
        };
    }

    /// <summary>Demands proof of the engine now.</summary>
    /// <param name="context">The run.</param>
    /// <param name="withContent">Also read the rows at the restore point, for a restore test.</param>
    /// <param name="stage">Called with what it does.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<EngineProofFile> TakeAsync(
        GateContext context, bool withContent, Action<string> stage, CancellationToken cancellationToken)
    {
        using var key = BackupRequests.Key(context.Settings);
        return await new EngineProver(new()
        {
            Url = context.Target.DirectUrl,
            Environment = EnvironmentOf(context),
            Store = StoreOf(context),
            Provider = Open(context),
            Options = Options(context),
            WithContent = withContent,
            Tool = $"DbGate {ToolVersion.Current}",
            Key = key,
            Stage = stage,
        }).ProveAsync(cancellationToken);
    }

    /// <summary>What a release needs.</summary>
    public static BackupProof ProofOf(GateContext context, EngineProofFile file, string level)
    {
        var source = file.Proof.Source;
        return new BackupProof(
            new TargetIdentity(source.SystemIdentifier, source.DatabaseOid, source.DatabaseName, source.ServerVersion, false),
            file.Location, file.Sha256, file.Proof.Point.At, level)
        {
            Recovery = Open(context).RecoveryLines(file.Proof.Backup, file.Proof.Point),
        };
    }

    /// <summary>Reads a proof.</summary>
    /// <exception cref="GateException">DBG0378: it is unreadable, of another environment, or its signature does not hold.</exception>
    public static async Task<EngineProofFile> ReadAsync(GateContext context, string key, CancellationToken cancellationToken)
    {
        using var signingKey = BackupRequests.Key(context.Settings);
        var file = await EngineProof.ReadAsync(StoreOf(context), key, signingKey, cancellationToken);
        return file.Proof.Environment == EnvironmentOf(context)
            ? file
            : throw EngineProblems.Proof(key, $"it is of the environment {file.Proof.Environment}");
    }

    /// <summary>The proof of a plan as it is now; null when it is gone.</summary>
    public static async Task<PlanBackup?> FindAsync(GateContext context, PlanBackup planned, CancellationToken cancellationToken) =>
        await StoreOf(context).HeadAsync(planned.Key, cancellationToken) is null
            ? null
            : planned with { ManifestSha256 = (await ReadAsync(context, planned.Key, cancellationToken)).Sha256 };

    /// <summary>Asks the engine again whether everything of a plan's proof is still there and undamaged.</summary>
    /// <exception cref="GateException">DBG0372: the base backup has expired; DBG0368, DBG0369: damage, a gap.</exception>
    public static async Task<BackupProof> ProveAgainAsync(
        GateContext context, PlanBackup planned, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(context, planned.Key, cancellationToken);
        if (Open(context) is IRestorableProvider provider)
        {
            await EngineProver.ProveAgainAsync(provider, file, cancellationToken);
        }

        return ProofOf(context, file, planned.Level) with { Location = planned.Location };
    }

    /// <summary>The level that restore tests of a proof are on record for; null when there is none.</summary>
    public static async Task<VerificationLevel?> LevelAsync(
        GateContext context, BackupProof proof, SigningKey? key, CancellationToken cancellationToken) =>
        await RestoreTestRecords.LevelAsync(StoreOf(context), KeyOf(proof), proof.ManifestSha256, key, cancellationToken);

    /// <summary>
    /// The cluster of a proof, restored to its restore point. One run restores it once: a restore test, then the rehearsal use it.
    /// </summary>
    /// <exception cref="GateException">DBG0379: the engine's backups cannot be restored by DbGate; and the restore's own.</exception>
    public static async Task<RestoredCluster> RestoreAsync(
        GateContext context, EngineProofFile file, Session live, CancellationToken cancellationToken)
    {
        if (context.Cluster is { IsChanged: false } there && there.Proof.Key == file.Key)
        {
            return there;
        }

        if (Open(context) is not IRestorableProvider provider)
        {
            throw EngineProblems.Unsupported(file.Proof.Engine, file.Proof.Backup.Label, "an external command only reports it");
        }

        var settings = (await TargetCluster.ReadAsync(live, cancellationToken)).ServerSettings;
        using var bar = context.Services.Progress.Begin($"restore {file.Proof.Backup.Label} to {file.Proof.Point.Name}", null);
        await context.UseAsync(null);
        var cluster = await RestoredCluster.RestoreAsync(provider, file, settings, Options(context), cancellationToken);
        await context.UseAsync(cluster);
        return cluster;
    }

    /// <summary>The same, by this run's backup.</summary>
    public static async Task<RestoredCluster> RestoreAsync(
        GateContext context, BackupProof backup, Session live, CancellationToken cancellationToken) =>
        await RestoreAsync(context, await ReadAsync(context, KeyOf(backup), cancellationToken), live, cancellationToken);

    /// <summary>A database on a restored cluster that has the target's definitions and no rows.</summary>
    public static async Task<ScratchDatabase> SchemaAsync(
        GateContext context, BackupProof backup, Session live, CancellationToken cancellationToken)
    {
        var cluster = context.Cluster is { HasSchema: true } there && there.Proof.Key == KeyOf(backup)
            ? there
            : await RestoreAsync(context, backup, live, cancellationToken);
        return ScratchDatabase.From(cluster, await cluster.MakeSchemaAsync(cancellationToken));
    }

    /// <summary>A restore point directly before the deploy: going back to it loses nothing that was written before.</summary>
    /// <returns>The backup with the commands that go back to that point, and both for the report.</returns>
    public static async Task<(BackupProof Backup, IReadOnlyList<Fact> Facts)> MarkAsync(
        GateContext context, Session session, BackupProof backup, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(context, KeyOf(backup), cancellationToken);
        var point = (await RestorePoints.CreateAsync(session, context.Clock, cancellationToken)).Point;
        var lines = Open(context).RecoveryLines(file.Proof.Backup, point);
        return (
            backup with { TakenAt = point.At, Recovery = lines },
            [
                new Fact("restore point before the deploy", $"{point.Name} at {point.Lsn} in {point.WalFile}"),
                new Fact("roll back with", string.Join(" && ", lines.Where(line => !line.StartsWith('#')))),
            ]);
    }

    /// <summary>The lines that go back to the newest proof of the target; empty when there is none.</summary>
    public static async Task<IReadOnlyList<string>> NewestRecoveryAsync(GateContext context, CancellationToken cancellationToken)
    {
        var prefix = BackupName.For(context.Target.DirectUrl.Database, EnvironmentOf(context), default).Prefix;
        var newest = await StoreOf(context).ListAsync(prefix, cancellationToken)
            .Where(stored => BackupName.IsProof(stored.Key))
            .OrderByDescending(stored => stored.Key, StringComparer.Ordinal)
            .FirstOrDefaultAsync(cancellationToken);
        return newest is null ? [] : ProofOf(context, await ReadAsync(context, newest.Key, cancellationToken), "").Recovery;
    }

    internal static IBackupProvider Open(BackupProvider provider, EngineOptions options, ServerAccount account) => provider switch
    {
        BackupProvider.PgBackRest => new PgBackRest(options, account),
        BackupProvider.Barman => new Barman(options, account),
        BackupProvider.BaseBackup => new BaseBackup(options, account),
        BackupProvider.External => new ExternalEngine(options),
        _ => throw EngineProblems.MissingSetting("dump", "backup.provider", "the proof of a backup engine was named"),
    };

    internal static string KeyOf(BackupProof backup) => PlanPromises.From(backup)!.Key;

    static IObjectStore StoreOf(GateContext context) => BackupStores.Open(context.Settings)[0];

    static string EnvironmentOf(GateContext context) => context.Environment.ToString().ToLowerInvariant();
}
