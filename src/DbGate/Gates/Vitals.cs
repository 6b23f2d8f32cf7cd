using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>
/// What a monitor wants to know of a target, measured now. A value is null when there is none, or when it could not be had.
/// </summary>
public sealed record Vitals
{
    // A standby that has replayed everything has no lag, and so no replay_lag after a while. One that has not, and tells no lag, makes all
    // of it unknown.
    const string Furthest = """
        select case when bool_and(replay_lag is not null or coalesce(replay_lsn >= position.now, false)) then
                      extract(epoch from max(case when replay_lsn >= position.now then interval '0' else replay_lag end)) end::float8
          from pg_stat_replication,
               (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end as now) position
        """;

    /// <summary>As <c>pg_database_size</c> says.</summary>
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
    public static async Task<Vitals> MeasureAsync(GateContext context, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var vitals = new Vitals();
        foreach (var part in new Func<Vitals, GateContext, CancellationToken,
            Task<Vitals>>[] { DatabaseAsync, BackupAsync, RestoreTestAsync })
        {
            try
            {
                vitals = await part(vitals, context, cancellation);
            }
            catch (GateException fault)
            {
                vitals = vitals with { Problems = [.. vitals.Problems, fault.Problem] };
            }
            catch (PostgresFault fault)
            {
                vitals = vitals with { Problems = [.. vitals.Problems, ConfigurationProblems.Internal(fault)] };
            }
        }

        return vitals;
    }

    static async Task<Vitals> DatabaseAsync(Vitals vitals, GateContext context, CancellationToken cancellation)
    {
        var session = await context.SessionAsync(cancellation);
        vitals =
            vitals with { DatabaseBytes = await session.ScalarAsync<long>("select pg_database_size(current_database())", cancellation) };
        if (context.Settings.Find(SettingsCatalog.ReadReplicaUrl) is not { } written)
        {
            var seconds = await session.ScalarAsync<double?>(Furthest, cancellation);
            return seconds is { } lag ? vitals with { ReplicationLag = TimeSpan.FromSeconds(lag) } : vitals;
        }

        await using var replica =
            await Session.OpenAsync(PostgresUrl.Parse(written.Text, written.Source.Name), context.World.Sessions, cancellation);
        return vitals with { ReplicationLag = (await ReplicaLag.ReadAsync(session, replica, context.Clock, cancellation)).Time };
    }

    static async Task<Vitals> BackupAsync(Vitals vitals, GateContext context, CancellationToken cancellation)
    {
        var catalog = new BackupCatalog(BackupStores.Open(context.Settings)[0]);
        var newest =
            await catalog.FindNewestAsync(
                context.Environment.ToString().ToLowerInvariant(), context.Target.DirectUrl.Database, cancellation);
        return newest is null
            ? vitals
            : vitals with { LastBackupAt = newest.Manifest.LastModified, LastBackupBytes = newest.Archive.Length };
    }

    static async Task<Vitals> RestoreTestAsync(Vitals vitals, GateContext context, CancellationToken cancellation) =>
        await context.World.Evidence.NewestRestoreTestAsync(context, cancellation) is { } record
            ? vitals with { LastRestoreTestAt = record.TestedAt }
            : vitals;
}
