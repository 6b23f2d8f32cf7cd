using System.Globalization;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Backups.Providers;

/// <summary>What is to be proven, and where the proof is kept.</summary>
sealed record EngineRequest
{
    /// <summary>A direct connection to the target.</summary>
    public required PostgresUrl Url { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>Where the proof is kept.</summary>
    public required IObjectStore Store { get; init; }

    /// <summary>The engine.</summary>
    public required IBackupProvider Provider { get; init; }

    /// <summary>Its settings.</summary>
    public required EngineOptions Options { get; init; }

    /// <summary>Also read what the database contains at the restore point, for a restore test.</summary>
    public bool WithContent { get; init; }

    /// <summary>Who writes the proof.</summary>
    public string Tool { get; init; } = "DbGate";

    /// <summary>What signs it; null leaves it unsigned.</summary>
    public SigningKey? Key { get; init; }

    /// <summary>Called with what it does now.</summary>
    public Action<string> Stage { get; init; } = static _ => { };
}

/// <summary>
/// Demands proof of an engine: its newest base backup is of this cluster, recent and undamaged, and the WAL is archived without a gap up to
/// a restore point that is created now.
/// </summary>
/// <param name="request">What is to be proven.</param>
sealed class EngineProver(EngineRequest request)
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly EngineOptions options = request.Options;

    /// <summary>Proves it and writes the proof.</summary>
    /// <exception cref="GateException">What is missing, by name (DBG0362 to DBG0382).</exception>
    public async Task<EngineProofFile> ProveAsync(CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(
            request.Url, SessionOptions.Default with { ApplicationName = "dbgate backup" }, cancellationToken);
        var facts = await ServerFacts.ReadAsync(session, cancellationToken);
        var identity = facts.RequireIdentity(request.Url);
        request.Stage($"asking {request.Provider.Name}");
        var backup = await request.Provider.FindNewestAsync(identity, cancellationToken);
        if (facts.ServerTime - backup.StoppedAt is var age && age > options.MaxBaseAge)
        {
            throw EngineProblems.TooOld(request.Provider.Name, backup, age, options.MaxBaseAge);
        }

        var source = await ReadSourceAsync(session, identity, cancellationToken);
        var proof = request.Provider is IRestorableProvider provider
            ? await ProveAsync(session, provider, backup, source, cancellationToken)
            : await ProveExternalAsync(session, identity, backup, source, cancellationToken);
        return await EngineProof.WriteAsync(request.Store, options.Clock.GetUtcNow(), proof, request.Key, cancellationToken);
    }

    /// <summary>Looks again whether everything that an earlier proof relies on is there and undamaged.</summary>
    /// <exception cref="GateException">DBG0368: damage; DBG0369: a gap; DBG0372: the base backup has expired.</exception>
    public static async Task ProveAgainAsync(IRestorableProvider provider, EngineProofFile file, CancellationToken cancellationToken)
    {
        var (backup, point, size) = (file.Proof.Backup, file.Proof.Point, file.Proof.Source.WalSegmentSize);
        if (!await provider.HasAsync(backup, cancellationToken))
        {
            throw EngineProblems.Gone(provider.Name, backup.Label);
        }

        var present = await provider.ListWalAsync(backup, size, cancellationToken);
        if (WalChain.Missing(Segment(backup.FirstWal!, size), Segment(point.WalFile, size), present, size) is { Count: > 0 } missing)
        {
            throw EngineProblems.Gap(provider.Name, backup, point, missing);
        }

        await provider.VerifyAsync(backup, point, cancellationToken);
    }

    async Task<EngineProof> ProveAsync(
        Session session, IRestorableProvider provider, EngineBackup backup, ProofSource source, CancellationToken cancellationToken)
    {
        request.Stage(request.WithContent ? "reading the database at a restore point" : "creating a restore point");
        var (created, content) = request.WithContent
            ? await new ContentReader(request.Url, options).CreatePointAsync(cancellationToken)
            : (await RestorePoints.CreateAsync(session, options.Clock, cancellationToken), null);
        var size = source.WalSegmentSize;
        request.Stage("waiting for the WAL archive");
        var (first, last) = (Segment(backup.FirstWal!, size), Segment(created.Point.WalFile, size));
        var present = await WaitAsync(session, provider, backup, created.Point, last, size, cancellationToken);
        if (WalChain.Missing(first, last, present, size) is { Count: > 0 } missing)
        {
            throw EngineProblems.Gap(provider.Name, backup, created.Point, missing);
        }

        request.Stage($"verifying {backup.Label}");
        var verified = await provider.VerifyAsync(backup, created.Point, cancellationToken);
        return Proof(backup, created.Point, source) with
        {
            WalSegments = WalChain.Count(first, last),
            Verified = verified.Words,
            Level = "L1",
            NotChecked = [.. backup.NotChecked, .. verified.NotChecked, .. await OthersAsync(session, cancellationToken)],
            Content = content,
        };
    }

    async Task<EngineProof> ProveExternalAsync(
        Session session, TargetIdentity identity, EngineBackup backup, ProofSource source, CancellationToken cancellationToken)
    {
        request.Stage("creating a restore point");
        RestorePoint point;
        string[] notes;
        try
        {
            (point, notes) = ((await RestorePoints.CreateAsync(session, options.Clock, cancellationToken)).Point, []);
        }
        catch (GateException fault)
        {
            point = await NowAsync(session, cancellationToken);
            notes = [$"a named restore point: {fault.Problem.Message} ({fault.Problem.Cause}); the time of the proof counts"];
        }

        request.Stage("waiting until the engine can restore to now");
        for (var began = options.Clock.GetTimestamp();
            backup.RestorableUntil is { } until && until < point.At;
            backup = await request.Provider.FindNewestAsync(identity, cancellationToken))
        {
            if (options.Clock.GetElapsedTime(began) is var waited && waited > options.ArchiveTimeout)
            {
                throw EngineProblems.NotArchived(
                    request.Provider.Name, point, waited, $"the engine can restore until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
            }

            await Task.Delay(Pause(options.Clock.GetElapsedTime(began)), options.Clock, cancellationToken);
        }

        return Proof(backup, point, source) with
        {
            Verified = $"nothing: {backup.Kind} reports it",
            Level = "L0",
            NotChecked = [.. backup.NotChecked, .. notes],
        };
    }

    EngineProof Proof(EngineBackup backup, RestorePoint point, ProofSource source) => new()
    {
        Tool = request.Tool,
        Engine = request.Provider.Name,
        Environment = request.Environment,
        Source = source,
        Backup = backup,
        Point = point,
        WalSegments = 0,
        Verified = "",
        Level = "L0",
        NotChecked = [],
    };

    async Task<IReadOnlyList<WalSegment>> WaitAsync(
        Session session, IRestorableProvider provider, EngineBackup backup, RestorePoint point, WalSegment last, long size,
        CancellationToken cancellationToken)
    {
        for (var began = options.Clock.GetTimestamp(); ;)
        {
            var present = await provider.ListWalAsync(backup, size, cancellationToken);
            if (present.Contains(last))
            {
                return present;
            }

            var waited = options.Clock.GetElapsedTime(began);
            if (waited > options.ArchiveTimeout)
            {
                throw EngineProblems.NotArchived(provider.Name, point, waited, await FailureAsync(session, point, cancellationToken));
            }

            await Task.Delay(Pause(waited), options.Clock, cancellationToken);
        }
    }

    static TimeSpan Pause(TimeSpan waited) =>
        waited / 4 < ShortestPause ? ShortestPause : waited / 4 > LongestPause ? LongestPause : waited / 4;

    static async Task<string?> FailureAsync(Session session, RestorePoint point, CancellationToken cancellationToken) =>
        (await session.QueryAsync(
            "SELECT last_failed_wal, last_failed_time, failed_count FROM pg_catalog.pg_stat_archiver WHERE last_failed_time >= $1",
            row => string.Create(
                CultureInfo.InvariantCulture,
                $"archive_command failed for {row.GetString(0)} at {row.GetFieldValue<DateTimeOffset>(1).UtcDateTime:HH:mm:ss}Z "
                    + $"({row.GetInt64(2)} failures)"),
            cancellationToken, point.At)) is [var failure, ..] ? failure : null;

    static WalSegment Segment(string name, long size) =>
        WalSegment.Find(name, size) ?? throw EngineProblems.Unreadable("the engine", "its list of backups", $"{name} is not a WAL segment");

    static async Task<RestorePoint> NowAsync(Session session, CancellationToken cancellationToken) => (await session.QueryAsync(
        """
        SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()::text
          ELSE pg_catalog.pg_current_wal_lsn()::text END, pg_catalog.clock_timestamp()
        """,
        row => new RestorePoint(null, row.Optional<string>(0) ?? "", "", row.GetFieldValue<DateTimeOffset>(1).ToUniversalTime()),
        cancellationToken))[0];

    static async Task<IReadOnlyList<string>> OthersAsync(Session session, CancellationToken cancellationToken)
    {
        var others = await session.QueryAsync(
            """
            SELECT datname::text FROM pg_catalog.pg_database
            WHERE datallowconn AND datname NOT IN ('template1', 'postgres', pg_catalog.current_database()) ORDER BY 1
            """,
            row => row.GetString(0), cancellationToken);
        return others.Count == 0
            ? []
            : [$"other databases of the cluster, which are restored and not compared: {EngineProblems.Some(others)}"];
    }

    static async Task<ProofSource> ReadSourceAsync(Session session, TargetIdentity identity, CancellationToken cancellationToken)
    {
        var superuser = await session.ScalarAsync<string>(
            "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid = 10 DESC, oid LIMIT 1",
            cancellationToken);
        var libraries = await session.ScalarAsync<string>(
            """
            SELECT pg_catalog.string_agg(extname::text, ',' ORDER BY extname) FROM pg_catalog.pg_extension
            WHERE extname::text = ANY (pg_catalog.string_to_array(pg_catalog.replace(
              (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'shared_preload_libraries'), ' ', ''), ','))
            """,
            cancellationToken);
        var settings = await session.QueryAsync(
            """
            SELECT name, setting FROM pg_catalog.pg_settings
            WHERE name IN ('max_prepared_transactions', 'max_locks_per_transaction', 'max_connections')
            """,
            row => (Name: row.GetString(0), Value: row.GetString(1)), cancellationToken);
        var size = await session.ScalarAsync<long>(
            "SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size'))", cancellationToken);
        return new(
            identity.SystemIdentifier, identity.DatabaseOid, identity.DatabaseName, identity.ServerVersion, superuser ?? "postgres",
            (libraries ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries), settings.ToDictionary(one => one.Name, one => one.Value),
            size);
    }
}
