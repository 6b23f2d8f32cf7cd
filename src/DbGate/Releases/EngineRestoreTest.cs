using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Providers;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>A restore test of an engine's backup.</summary>
/// <param name="Report">What was written down.</param>
/// <param name="RecordKey">Where.</param>
/// <param name="Problems">What was found.</param>
/// <param name="Place">Where it was restored, for people.</param>
sealed record EngineRestoreTest(RestoreTestReport Report, string RecordKey, IReadOnlyList<Problem> Problems, string Place)
{
    static readonly SessionOptions Slow = new() { ApplicationName = "dbgate restore", CommandTimeout = TimeSpan.FromHours(6) };

    /// <summary>Restores to the proof's restore point, compares with what the database contained there, and writes the record.</summary>
    /// <param name="context">The run.</param>
    /// <param name="file">The proof, with what the database contained.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<EngineRestoreTest> RunAsync(GateContext context, EngineProofFile file, CancellationToken cancellationToken)
    {
        await using var live = await Session.OpenAsync(context.Target.DirectUrl, context.Services.Sessions, cancellationToken);
        var cluster = await EngineBackups.RestoreAsync(context, file, live, cancellationToken);
        var options = EngineBackups.Options(context);
        using var bar = context.Services.Progress.Begin("restore test: comparing", null);
        var began = context.Clock.GetTimestamp();
        var (difference, found) = await cluster.CompareAsync(options, cancellationToken);
        var integrity = options.Comparison == BackupComparison.Complete ? await InspectAsync(cluster, cancellationToken) : null;
        Problem[] problems =
        [
            .. difference is null ? Array.Empty<Problem>() : [difference],
            .. integrity is null ? [] : Judge(integrity),
        ];
        var report = new RestoreTestReport
        {
            Tool = $"DbGate {ToolVersion.Current}",
            Archive = file.Key,
            ManifestSha256 = file.Sha256,
            Environment = file.Proof.Environment,
            Database = file.Proof.Source.DatabaseName,
            Level = VerificationLevel.Restored,
            Passed = !problems.Any(problem => problem.IsBlocking),
            TestedAt = context.Clock.GetUtcNow(),
            RestoreTime = cluster.RestoreTime,
            CompareTime = context.Clock.GetElapsedTime(began),
            ServerVersion = cluster.ServerVersion,
            Tables = found.Tables.Count,
            Rows = found.Rows(),
            ForeignKeys = integrity?.ForeignKeys ?? 0,
            Indexes = integrity?.Indexes ?? 0,
            Findings =
                [.. problems.Select(problem => string.Create(CultureInfo.InvariantCulture, $"{problem.Code}: {problem.Message}"))],
            NotChecked =
            [
                .. file.Proof.NotChecked,
                .. file.Proof.Content!.NotChecked.Union(found.NotChecked),
                .. integrity?.NotChecked
                    ?? ["constraints and the inside of indexes: backup.comparison is sampled"],
            ],
        };
        using var key = BackupRequests.Key(context.Settings);
        return new(
            report, await RestoreTestRecords.WriteAsync(BackupStores.Open(context.Settings)[0], report, key, cancellationToken),
            problems, cluster.Place);
    }

    static async Task<IntegrityReport> InspectAsync(RestoredCluster cluster, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(cluster.LoadUrl, Slow, cancellationToken);
        return await new Integrity(session).InspectAsync(Task.CompletedTask, cancellationToken);
    }

    // A physical copy has the definitions of its source: what is not valid there is not valid here.
    static IEnumerable<Problem> Judge(IntegrityReport integrity)
    {
        var state = new SourceState(
            integrity.InvalidIndexes, [.. integrity.Violations.Where(one => !one.IsValidated).Select(one => one.Constraint)]);
        return IntegrityVerdict.Judge(integrity, state, state);
    }
}
