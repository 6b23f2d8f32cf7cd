using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal.Load;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Migrations.Tools;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What a rehearsal measures beyond time, locks and rewrites.</summary>
sealed record RehearsalOptions
{
    /// <summary>Which objects count.</summary>
    public CatalogScope Scope { get; init; } = CatalogScope.Everything;

    /// <summary>Which tables' contents are hashed before and after. It takes two scans of each.</summary>
    public ContentComparison Contents { get; init; } = ContentComparison.Touched;

    /// <summary>Run a small read and write load next to the migrations, and sample who waits for them.</summary>
    public bool Load { get; init; }

    /// <summary>Plans the running release's queries before the migrations and after them; null: they are not planned.</summary>
    public PlanProbe? Plans { get; init; }

    /// <summary>
    /// Reads the contents of tables (qualified names) as they were before, out of what the scratch database was made from. Without it,
    /// every table is hashed first when code runs that may write anywhere.
    /// </summary>
    public Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<TableContent>>>? Before { get; init; }
}

/// <summary>Which tables' contents are compared.</summary>
enum ContentComparison
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
sealed record RehearsalReport(
    IReadOnlyList<MigrationMeasurement> Migrations,
    DataLossReceipt Losses,
    IReadOnlyList<CatalogDifference> Effects,
    CatalogSnapshot Before,
    CatalogSnapshot After)
{
    /// <summary>What the load saw; null when none ran.</summary>
    public LoadReport? Load { get; init; }

    /// <summary>How the plans of the running release's queries changed; null when they were not planned.</summary>
    internal IReadOnlyList<PlanChange>? Plans { get; init; }

    /// <summary>Rows of the tables that may have been written to, before and after; those of a new table were none before.</summary>
    public IReadOnlyList<RehearsedRows> Rows { get; init; } = [];

    /// <summary>True where no table held a row before the migrations, so that no session can have waited for a lock for long.</summary>
    internal bool IsOfEmptyDatabase { get; init; }

    /// <summary>Major version of the scratch server; null when it is not known.</summary>
    internal int? ServerMajor { get; init; }

    /// <summary>The objects that changed, with owners and privileges; what a deploy must change, too.</summary>
    internal CatalogDelta? Effect { get; init; }

    /// <summary>Why it stopped; null when everything went through.</summary>
    public RehearsalFailure? Failure => Migrations is [.., { Failure: { } failure }] ? failure : null;
}

/// <summary>A table's rows.</summary>
/// <param name="Table">Qualified name, as it is after the migrations.</param>
/// <param name="Before">Before them; null for a table that is new.</param>
/// <param name="After">After them.</param>
sealed record RehearsedRows(string Table, long? Before, long After);

/// <summary>
/// Applies pending migrations to a scratch database by the deploy engine's transaction rules, statement by statement, and
/// measures what each does. It ends with the first failure, as a deploy does.
/// </summary>
/// <param name="session">On the scratch database, with the search path of the deploy and enough patience; no one else uses it.</param>
/// <param name="observer">Another session there, which may read everything: it reads catalogs, contents and locks.</param>
/// <param name="options">What to measure.</param>
/// <param name="clock">Measures.</param>
sealed class Rehearser(Session session, Session observer, RehearsalOptions options, TimeProvider clock)
{
    const string HoldsRows = $$"""
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate')
            AND c.relname <> '{{LedgerReader.Table}}'
            AND pg_catalog.pg_relation_size(c.oid) > 0)
        """;

    /// <summary>Rehearses.</summary>
    /// <param name="pending">In order.</param>
    /// <param name="cancellationToken">Cancels the statement that runs; the scratch database is then of no more use.</param>
    /// <exception cref="Problems.GateException">The connection broke.</exception>
    public Task<RehearsalReport> RunAsync(IReadOnlyList<PendingMigration> pending, CancellationToken cancellationToken) =>
        RunAsync(pending, null, cancellationToken);

    internal async Task<RehearsalReport> RunAsync(
        IReadOnlyList<PendingMigration> pending, Func<PendingMigration, FileFrame>? frames, CancellationToken cancellationToken)
    {
        LoadReport? seen = null;
        await (options.Plans?.BeforeAsync(observer.Url, cancellationToken) ?? Task.CompletedTask);
        var report = await CompareAsync(
            pending,
            async (_, _) =>
            {
                var running = new RunningStatement();
                await using var load =
                    options.Load ? await RehearsalLoad.StartAsync(session, observer, pending, running, clock, cancellationToken) : null;
                var migrations = await ApplyAsync(pending, frames, running, cancellationToken);
                seen = load is null ? null : await load.EndAsync();
                return new ObservedChanges(migrations, migrations, IsUnsure: false);
            },
            isObserved: false, cancellationToken);
        return report with
        {
            Load = seen,
            Plans = options.Plans is { } probe && report.Failure is null ? await probe.AfterAsync(observer.Url, cancellationToken) : null,
        };
    }

    /// <summary>Has something else apply the migrations, and compares what was there before with what is there after it.</summary>
    /// <param name="expected">The migrations whose SQL is known; that of others is what it does.</param>
    /// <param name="apply">Applies; gets what counts losses, and the tables' names by number.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    internal Task<RehearsalReport> ObserveAsync(
        IReadOnlyList<PendingMigration> expected, Func<LossesBefore, IReadOnlyDictionary<uint, string>, Task<ObservedChanges>> apply,
        CancellationToken cancellationToken) =>
        CompareAsync(expected, apply, isObserved: true, cancellationToken);

    async Task<RehearsalReport> CompareAsync(
        IReadOnlyList<PendingMigration> pending,
        Func<LossesBefore, IReadOnlyDictionary<uint, string>, Task<ObservedChanges>> apply,
        bool isObserved,
        CancellationToken cancellationToken)
    {
        var before = await CatalogSnapshot.ReadAsync(observer, options.Scope, cancellationToken);
        var privileges = await CatalogSnapshot.ReadPrivilegesAsync(observer, options.Scope, cancellationToken);
        var all = await TableContentReader.NamesAsync(observer, cancellationToken);
        var names = all.Where(table => !IsLedger(table.Value)).ToDictionary();
        var isEmpty = !await observer.ScalarAsync<bool>(HoldsRows, cancellationToken);
        var touched =
            options.Contents == ContentComparison.All
                ? new TouchedTables(null, true)
                : await TouchedTables.ReadAsync(observer, pending, cancellationToken);

        // Of a command it is not known before what it writes to.
        var first = (touched.IsOpaque || isObserved) && options.Before is null ? null : touched.Tables;
        var contents =
            await TableContentReader.ReadAsync(
                observer, new Dictionary<uint, IReadOnlyList<int>>(), oid =>
                    names.ContainsKey(oid) && first?.Contains(oid) != false, cancellationToken);
        var losses = await LossesBefore.ReadAsync(session, observer, pending, contents, names, cancellationToken);
        var changes = await apply(losses, names);
        var catalog = await CatalogSnapshot.ReadAsync(observer, options.Scope, cancellationToken);
        var granted = await CatalogSnapshot.ReadPrivilegesAsync(observer, options.Scope, cancellationToken);
        var effects = CatalogComparison.Effects(before, catalog);
        var isAll = touched.Tables is null || changes.IsUnsure;
        var (receipt, rows) =
            await CompareAsync(
                contents, names, changes.All, isAll, losses, all.Keys.Except(names.Keys).ToHashSet(), cancellationToken);
        receipt = await losses.CompleteAsync(receipt, effects, changes.All, cancellationToken);
        return new RehearsalReport(changes.Migrations, receipt, effects, before, catalog)
        {
            Rows = rows,
            IsOfEmptyDatabase = isEmpty,
            ServerMajor = session.ServerMajor,
            Effect = CatalogDelta.Between(before.With(privileges), catalog.With(granted)),
        };
    }

    /// <summary>What a tool writes into its own tables is no change of data.</summary>
    bool IsLedger(string table) => options.Scope.Ledgers.Contains(table.Replace("\"", "", StringComparison.Ordinal));

    async Task<List<MigrationMeasurement>> ApplyAsync(
        IReadOnlyList<PendingMigration> pending, Func<PendingMigration, FileFrame>? frames, RunningStatement running,
            CancellationToken cancellationToken)
    {
        var migrations = new List<MigrationMeasurement>();
        var relations = await RelationTracker.StartAsync(observer, cancellationToken);
        var created = await CreatedTables.StartAsync(observer, pending, cancellationToken);
        foreach (var migration in pending)
        {
            var run = new MigrationRun(session, observer, clock, relations, running, created);
            migrations.Add(await run.RunAsync(migration, frames?.Invoke(migration) ?? FileFrame.None, cancellationToken));
            if (migrations[^1].Failure is not null)
            {
                break;
            }
        }

        return migrations;
    }

    /// <summary>Hashes again what may have been written to; of what was not, the measurements are the proof.</summary>
    async Task<(DataLossReceipt Losses, IReadOnlyList<RehearsedRows> Rows)> CompareAsync(
        IReadOnlyList<TableContent> contents,
        IReadOnlyDictionary<uint, string> names,
        IReadOnlyList<MigrationMeasurement> migrations,
        bool all,
        LossesBefore earlier,
        IReadOnlySet<uint> ledgers,
        CancellationToken cancellationToken)
    {
        var history = new TableHistory(migrations);
        var written = names.Where(table => all || history.MayHaveWritten(table.Key)).ToDictionary();
        var unknown = written.Keys.Except(contents.Select(table => table.Oid)).ToDictionary(oid => names[oid], StringComparer.Ordinal);
        var late = unknown.Count > 0 && options.Before is { } read ? await read([.. unknown.Keys], cancellationToken) : [];
        TableContent[] before =
        [
            .. contents.Where(table => written.ContainsKey(table.Oid)),
            .. late.Where(table => unknown.ContainsKey(table.Name)).Select(table => table with { Oid = unknown[table.Name] }),
        ];

        // A table that is new may hold what an old one held; any other is of no interest when its content from before is not known.
        var keys = before.ToDictionary(table => table.Oid, table => table.Key);
        var after = await TableContentReader.ReadAsync(
            observer, keys, oid => keys.ContainsKey(oid) || !(names.ContainsKey(oid) || ledgers.Contains(oid)), cancellationToken);
        var counted = contents.ToDictionary(table => table.Oid, table => table.Rows);
        var losses = DataLossComparison.Between(before, after, names, history, counted,
            await earlier.ChangedAsync(written.Keys, cancellationToken));
        return (losses,
            [.. after.Select(table =>
                new RehearsedRows(table.Name, before.FirstOrDefault(old => old.Oid == table.Oid)?.Rows, table.Rows))]);
    }
}
