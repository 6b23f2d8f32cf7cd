using DbGate.Migrations.Drift;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What a rehearsal measures beyond time, locks and rewrites.</summary>
public sealed record RehearsalOptions
{
    /// <summary>Which objects count.</summary>
    public CatalogScope Scope { get; init; } = CatalogScope.Everything;

    /// <summary>Which tables' contents are hashed before and after. It takes two scans of each.</summary>
    public ContentComparison Contents { get; init; } = ContentComparison.Touched;
}

/// <summary>Which tables' contents are compared.</summary>
public enum ContentComparison
{
    /// <summary>Those that the migrations may change; what was measured proves the rest unchanged.</summary>
    Touched,

    /// <summary>All.</summary>
    All,
}

/// <summary>What pending migrations did to a restored copy.</summary>
/// <param name="Migrations">In order, up to the first that failed.</param>
/// <param name="Losses">What data they lose.</param>
/// <param name="Effects">Objects added, changed and dropped by all of them together.</param>
/// <param name="Before">The catalog before.</param>
/// <param name="After">The catalog after: what the target has to look like after the deploy.</param>
public sealed record RehearsalReport(
    IReadOnlyList<MigrationMeasurement> Migrations,
    DataLossReceipt Losses,
    IReadOnlyList<CatalogDifference> Effects,
    CatalogSnapshot Before,
    CatalogSnapshot After)
{
    /// <summary>Why it stopped; null when everything went through.</summary>
    public RehearsalFailure? Failure => Migrations is [.., { Failure: { } failure }] ? failure : null;
}

/// <summary>
/// Applies pending migrations to a scratch database by the deploy engine's transaction rules, statement by statement, and
/// measures what each does. It ends with the first failure, as a deploy does.
/// </summary>
/// <param name="session">On the scratch database, with the search path of the deploy and enough patience; nobody else uses it.</param>
/// <param name="observer">Another session there, for statements that refuse a transaction.</param>
/// <param name="options">What to measure.</param>
/// <param name="clock">Measures.</param>
public sealed class Rehearser(Session session, Session observer, RehearsalOptions options, TimeProvider clock)
{
    /// <summary>Rehearses.</summary>
    /// <param name="pending">In order.</param>
    /// <param name="ct">Cancels the statement that runs; the scratch database is then of no more use.</param>
    /// <exception cref="Problems.GateException">The connection broke.</exception>
    public Task<RehearsalReport> RunAsync(IReadOnlyList<PendingMigration> pending, CancellationToken ct) => RunAsync(pending, null, ct);

    internal async Task<RehearsalReport> RunAsync(IReadOnlyList<PendingMigration> pending, IRehearsalLedger? ledger, CancellationToken ct)
    {
        var before = await CatalogSnapshot.ReadAsync(session, options.Scope, ct);
        var names = await TableContentReader.NamesAsync(session, ct);
        var touched = options.Contents == ContentComparison.All ? null : await TouchedTables.ReadAsync(session, pending, ct);
        var contents = await TableContentReader.ReadAsync(session, new Dictionary<uint, IReadOnlyList<int>>(), oid => touched?.Contains(oid) != false, ct);
        var migrations = new List<MigrationMeasurement>();
        var catalog = before;
        foreach (var migration in pending)
        {
            var run = new MigrationRun(session, observer, options.Scope, clock, catalog);
            await (ledger?.StartAsync(migration, ct) ?? Task.CompletedTask);
            var measurement = await run.RunAsync(migration, ct);
            await (ledger?.EndAsync(migration, measurement.Failure, ct) ?? Task.CompletedTask);
            migrations.Add(measurement);
            catalog = measurement.Failure is null ? run.Catalog : await CatalogSnapshot.ReadAsync(session, options.Scope, ct);
            if (measurement.Failure is not null)
            {
                break;
            }
        }

        // A table that is new may hold what an old one held; any other is of no interest when it was not hashed before.
        var keys = contents.ToDictionary(table => table.Oid, table => table.Key);
        var after = await TableContentReader.ReadAsync(session, keys, oid => keys.ContainsKey(oid) || !names.ContainsKey(oid), ct);
        var losses = DataLossComparison.Between(contents, after, names, migrations);
        return new RehearsalReport(migrations, losses, CatalogComparison.Effects(before, catalog), before, catalog);
    }
}

/// <summary>Writes the ledger of the scratch database as the deploy engine will.</summary>
interface IRehearsalLedger
{
    Task StartAsync(PendingMigration migration, CancellationToken ct);

    Task EndAsync(PendingMigration migration, RehearsalFailure? failure, CancellationToken ct);
}
