using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Signing;

namespace DbGate.Gates;

/// <summary>
/// How far a backup must be proven before a release needs it (<c>backup.level</c>). What was proven is next to the archive as a record
/// of a restore test; a backup that has one of this very manifest need not be restored again.
/// </summary>
static class BackupLevels
{
    /// <summary>Proves it as far as the settings demand: by a record, else by restoring it now.</summary>
    /// <exception cref="GateException">DBG0327: what was restored is not what was backed up; or the restore test's own
    /// problems.</exception>
    public static async Task<BackupProof> ProveAsync(GateContext context, BackupProof proof, CancellationToken cancellationToken)
    {
        var demanded = Demanded(context.Settings);
        using var key = BackupRequests.Key(context.Settings);
        var known = await RecordedAsync(context, proof, key, cancellationToken);
        if (LevelOf(known) >= demanded)
        {
            return known;
        }

        if (EngineBackups.IsProof(proof))
        {
            return await TestAsync(context, known, cancellationToken);
        }

        using var display = new RestoreDisplay(context, "proving the backup");
        var choice = RestoreStep.Choose(context, key) with { Key = KeyOf(proof) };
        var outcome =
            await RestoreTest.RunAsync(
                RestoreTestStep.Request(context, choice, (VerificationLevel)demanded, key), display, cancellationToken);
        return outcome.Passed && outcome.File.Sha256 == proof.ManifestSha256
            ? proof with { Level = Name(demanded) }
            : throw new GateException(BackupPolicyProblems.NotProven(
                proof.Location, LevelOf(known), demanded,
                outcome.Report.Problems.Where(problem => problem.IsBlocking).Select(problem => problem.Message)));
    }

    static async Task<BackupProof> TestAsync(GateContext context, BackupProof proof, CancellationToken cancellationToken)
    {
        var file = await EngineBackups.ReadAsync(context, EngineBackups.KeyOf(proof), cancellationToken);
        if (file.Proof.Content is null || EngineBackups.Open(context) is not Backups.Providers.IRestorableProvider)
        {
            throw new GateException(BackupPolicyProblems.NotProven(proof.Location, LevelOf(proof), Demanded(context.Settings), []));
        }

        var test = await EngineRestoreTest.RunAsync(context, file, cancellationToken);
        return test.Report.Passed
            ? proof with { Level = nameof(BackupLevel.L3) }
            : throw new GateException(BackupPolicyProblems.NotProven(
                proof.Location, LevelOf(proof), Demanded(context.Settings),
                test.Problems.Where(problem => problem.IsBlocking).Select(problem => problem.Message)));
    }

    /// <summary>Demands it of a backup that was taken before; restores nothing.</summary>
    /// <exception cref="GateException">DBG0327: no record proves it so far.</exception>
    public static async Task<BackupProof> DemandAsync(GateContext context, BackupProof proof, CancellationToken cancellationToken)
    {
        using var key = BackupRequests.Key(context.Settings);
        var known = await RecordedAsync(context, proof, key, cancellationToken);
        return LevelOf(known) >= Demanded(context.Settings)
            ? known
            : throw new GateException(BackupPolicyProblems.NotProven(proof.Location, LevelOf(known), Demanded(context.Settings), []));
    }

    static async Task<BackupProof> RecordedAsync(
        GateContext context, BackupProof proof, SigningKey? key, CancellationToken cancellationToken)
    {
        if (LevelOf(proof) >= Demanded(context.Settings))
        {
            return proof;
        }

        if (EngineBackups.IsProof(proof))
        {
            return await EngineBackups.LevelAsync(context, proof, key, cancellationToken) is { } tested
                && (BackupLevel)tested > LevelOf(proof) ? proof with { Level = Name((BackupLevel)tested) } : proof;
        }

        var store = BackupStores.Open(context.Settings)[0];
        var file = await new BackupCatalog(store).OpenAsync(KeyOf(proof), cancellationToken);
        var recorded = file.Sha256 == proof.ManifestSha256
            ? await RestoreTestRecords.LevelAsync(store, file, key, cancellationToken)
            : null;
        return recorded is { } level && (BackupLevel)level > LevelOf(proof) ? proof with { Level = Name((BackupLevel)level) } : proof;
    }

    static BackupLevel Demanded(Settings settings) => settings.Get(BackupSettings.Level);

    static BackupLevel LevelOf(BackupProof proof) => Enum.TryParse<BackupLevel>(proof.Level, out var level) ? level : 0;

    static string KeyOf(BackupProof proof) => proof.Location.Split('/', '\\')[^1];

    static string Name(BackupLevel level) => level.ToString();
}
