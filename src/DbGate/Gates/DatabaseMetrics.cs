using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>
/// What a monitor wants to know of a target, measured now. A value is null when there is none, or when it could not be had.
/// </summary>
sealed record DatabaseMetrics
{
    // A standby that has replayed everything has no lag, and so no replay_lag after a while. One that has not, and has no lag, makes all
    // of it unknown.
    const string Furthest = """
        select case when bool_and(replay_lag is not null or coalesce(replay_lsn >= position.now, false)) then
                      extract(epoch from max(case when replay_lsn >= position.now then interval '0' else replay_lag end)) end::float8
          from pg_stat_replication,
               (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end as now) position
        """;

    /// <summary>As <c>pg_database_size</c> states.</summary>
    public long? DatabaseBytes { get; init; }

    /// <summary>Of the configured read replica; else of the standby that is furthest behind, as far as this role may see it.</summary>
    public TimeSpan? ReplicationLag { get; init; }

    /// <summary>When the newest verified backup was finished, by the store's clock.</summary>
    public DateTimeOffset? LastBackupAt { get; init; }

    /// <summary>The size of that backup's archive.</summary>
    public long? LastBackupBytes { get; init; }

    /// <summary>When the last restore test passed.</summary>
    public DateTimeOffset? LastRestoreTestAt { get; init; }

    /// <summary>Why values are missing.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Measures. A part that fails leaves its values out and does not hold up the others.</summary>
    public static async Task<DatabaseMetrics> MeasureAsync(GateContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var metrics = new DatabaseMetrics();
        foreach (var part in new Func<DatabaseMetrics, GateContext, CancellationToken,
            Task<DatabaseMetrics>>[] { DatabaseAsync, BackupAsync, RestoreTestAsync })
        {
            try
            {
                metrics = await part(metrics, context, cancellationToken);
            }
            catch (GateException fault)
            {
                metrics = metrics with { Problems = [.. metrics.Problems, fault.Problem] };
            }
            catch (PostgresFault fault)
            {
                metrics = metrics with { Problems = [.. metrics.Problems, ConfigurationProblems.Internal(fault)] };
            }
        }

        return metrics;
    }

    static async Task<DatabaseMetrics> DatabaseAsync(DatabaseMetrics metrics, GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        metrics =
            metrics with
            {
                DatabaseBytes = await session.ScalarAsync<long>("select pg_database_size(current_database())", cancellationToken),
            };
        if (context.Settings.Find(DatabaseSettings.ReadReplicaUrl) is not { } written)
        {
            var seconds = await session.ScalarAsync<double?>(Furthest, cancellationToken);
            return seconds is { } lag ? metrics with { ReplicationLag = TimeSpan.FromSeconds(lag) } : metrics;
        }

        await using var replica =
            await Session.OpenAsync(PostgresUrl.Parse(written.Text, written.Source.Name), context.Services.Sessions, cancellationToken);
        return metrics with { ReplicationLag = (await ReplicaLag.ReadAsync(session, replica, context.Clock, cancellationToken)).Time };
    }

    static async Task<DatabaseMetrics> BackupAsync(DatabaseMetrics metrics, GateContext context, CancellationToken cancellationToken)
    {
        var catalog = new BackupCatalog(BackupStores.Open(context.Settings)[0]);
        var newest =
            await catalog.FindNewestAsync(
                context.Environment.ToString().ToLowerInvariant(), context.Target.DirectUrl.Database, cancellationToken);
        return newest is null
            ? metrics
            : metrics with { LastBackupAt = newest.Manifest.LastModified, LastBackupBytes = newest.Archive.Length };
    }

    static async Task<DatabaseMetrics> RestoreTestAsync(
        DatabaseMetrics metrics, GateContext context, CancellationToken cancellationToken) =>
        await context.Services.Evidence.NewestRestoreTestAsync(context, cancellationToken) is { } record
            ? metrics with { LastRestoreTestAt = record.TestedAt }
            : metrics;
}
