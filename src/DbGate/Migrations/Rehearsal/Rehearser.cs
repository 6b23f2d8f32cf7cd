using DbGate.Migrations.Drift;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What a rehearsal measures beyond time, locks and rewrites.</summary>
public sealed record RehearsalOptions
{
    /// <summary>Which objects count.</summary>
    public CatalogScope Scope { get; init; } = CatalogScope.Everything;

    /// <summary>Compare the contents of all tables before and after. Two scans of each table.</summary>
    public bool CompareContents { get; init; } = true;
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
        var contents = options.CompareContents ? await TableContentReader.ReadAsync(session, new Dictionary<uint, IReadOnlyList<int>>(), ct) : [];
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

        var keys = contents.ToDictionary(table => table.Oid, table => table.Key);
        var after = options.CompareContents ? await TableContentReader.ReadAsync(session, keys, ct) : [];
        return new RehearsalReport(
            migrations, DataLossComparison.Between(contents, after, migrations), CatalogComparison.Effects(before, catalog), before, catalog);
    }
}

/// <summary>Writes the ledger of the scratch database as the deploy engine will.</summary>
interface IRehearsalLedger
{
    Task StartAsync(PendingMigration migration, CancellationToken ct);

    Task EndAsync(PendingMigration migration, RehearsalFailure? failure, CancellationToken ct);
}
