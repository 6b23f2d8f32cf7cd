using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal.Load;
using DbGate.Migrations.Statements;
using DbGate.Migrations.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>One migration, run and measured.</summary>
/// <param name="session">Runs it.</param>
/// <param name="observer">Watches it.</param>
/// <param name="scope">Which objects count.</param>
/// <param name="clock">Measures.</param>
/// <param name="catalog">The catalog before it.</param>
/// <param name="running">Told which statement runs.</param>
sealed class MigrationRun(Session session, Session observer, CatalogScope scope, TimeProvider clock, CatalogSnapshot catalog, RunningStatement running)
{
    // Only at the top level: 25001 is CONCURRENTLY and its like, 2D000 a procedure that commits.
    static readonly string[] RefusesTransaction = ["25001", "2D000"];

    readonly List<StatementMeasurement> measured = [];
    bool open;
    int kept;
    int transaction;

    /// <summary>The catalog as far as the migration came.</summary>
    public CatalogSnapshot Catalog { get; private set; } = catalog;

    public async Task<MigrationMeasurement> RunAsync(PendingMigration migration, CancellationToken ct)
    {
        var whole = migration.Transactions == TransactionRule.WholeFile && migration.Script.Statements.Count > 1;
        RehearsalFailure? failure = null;
        foreach (var (index, statement) in migration.Script.Statements.Index())
        {
            running.Now = new(migration.Name, migration.Script.Locate(statement));
            try
            {
                measured.Add(await RunAsync(migration.Script, statement, index, whole, ct));
            }
            catch (PostgresFault fault)
            {
                await RollBackAsync();
                failure = Explain(fault, migration.Script, statement);
                break;
            }
        }

        var start = clock.GetTimestamp();
        if (failure is null && open)
        {
            failure = await CommitAsync(migration.Script, ct);
        }

        running.Now = null;
        var time = measured.Aggregate(clock.GetElapsedTime(start), (sum, each) => sum + each.Time);
        return new MigrationMeasurement(migration.Name, time, measured, failure);
    }

    async Task<StatementMeasurement> RunAsync(SqlScript script, SqlStatement statement, int index, bool whole, CancellationToken ct)
    {
        var parsed = StatementParser.Parse(statement.Text);
        if (parsed is TransactionControl { Verb: not TransactionVerb.Savepoint } control)
        {
            return await ControlAsync(script, statement, index, control.Verb, ct);
        }

        if (!open && !whole && NonTransactional.Is(statement))
        {
            return await RunAloneAsync(script, statement, index, parsed, ct);
        }

        var own = !open;
        await BeginAsync(ct);
        try
        {
            var measurement = await MeasureAsync(script, statement, index, parsed, ct);
            return own && !whole ? measurement with { Time = measurement.Time + await TimeAsync(() => EndAsync("COMMIT", index + 1, ct)) } : measurement;
        }
        catch (PostgresFault fault) when (own && !whole && RefusesTransaction.Contains(fault.SqlState))
        {
            await RollBackAsync();
            return await RunAloneAsync(script, statement, index, parsed, ct);
        }
    }

    async Task<StatementMeasurement> MeasureAsync(SqlScript script, SqlStatement statement, int index, ParsedStatement parsed, CancellationToken ct)
    {
        var conversions = await ConversionProbe.ReadAsync(session, parsed, ct);
        var before = await RelationState.ReadAsync(session, ct);
        var time = await TimeAsync(() => session.ExecuteScriptAsync([statement.Text], ct));
        return (await RelationState.ReadAsync(session, ct)).Since(before, Measurement(script, statement, index, time)) with
        {
            Conversions = conversions,
            Objects = await EffectsAsync(parsed, ct),
        };
    }

    async Task<StatementMeasurement> RunAloneAsync(SqlScript script, SqlStatement statement, int index, ParsedStatement parsed, CancellationToken ct)
    {
        transaction++;
        var before = await RelationState.ReadAsync(session, ct);
        IReadOnlyDictionary<uint, TableLock> locks = new Dictionary<uint, TableLock>();
        var time = await TimeAsync(async () =>
        {
            var running = session.ExecuteScriptAsync([statement.Text], ct);
            locks = await new LockSampler(observer, session.BackendPid, clock).WatchAsync(running, ct);
            await running;
        });
        var after = await RelationState.ReadAsync(session, ct) with { Locks = locks };
        kept = index + 1;
        return after.Since(before with { Locks = new Dictionary<uint, TableLock>() }, Measurement(script, statement, index, time)) with
        {
            Activity = [], // counted for a transaction only, and that is over
            Objects = await EffectsAsync(parsed, ct),
            IsSampled = true,
        };
    }

    async Task<StatementMeasurement> ControlAsync(SqlScript script, SqlStatement statement, int index, TransactionVerb verb, CancellationToken ct)
    {
        transaction += verb == TransactionVerb.Begin && !open ? 1 : 0;
        var time = await TimeAsync(() => session.ExecuteScriptAsync([statement.Text], ct));
        open = verb == TransactionVerb.Begin;
        kept = verb == TransactionVerb.Commit ? index + 1 : kept;
        Catalog = verb == TransactionVerb.Rollback ? await CatalogSnapshot.ReadAsync(session, scope, ct) : Catalog;
        return Measurement(script, statement, index, time);
    }

    // What only changes rows leaves the catalog as it is; reading it is the dearest part of measuring.
    async Task<IReadOnlyList<CatalogDifference>> EffectsAsync(ParsedStatement parsed, CancellationToken ct)
    {
        if (parsed is Insert or Update or Delete or Truncate or SetParameter or TransactionControl or Reindex or RewriteTable or RefreshMaterializedView)
        {
            return [];
        }

        var before = Catalog;
        Catalog = await CatalogSnapshot.ReadAsync(session, scope, ct);
        return CatalogComparison.Effects(before, Catalog);
    }

    async Task<RehearsalFailure?> CommitAsync(SqlScript script, CancellationToken ct)
    {
        try
        {
            await EndAsync("COMMIT", script.Statements.Count, ct);
            return null;
        }
        catch (PostgresFault fault)
        {
            // A constraint that is checked at the end.
            open = false;
            return Explain(fault, script, script.Statements[^1]);
        }
    }

    async Task BeginAsync(CancellationToken ct)
    {
        if (!open)
        {
            await session.ExecuteAsync("BEGIN", ct);
            open = true;
            transaction++;
        }
    }

    async Task EndAsync(string command, int statements, CancellationToken ct)
    {
        await session.ExecuteAsync(command, ct);
        open = false;
        kept = statements;
    }

    async Task RollBackAsync()
    {
        await session.ExecuteAsync("ROLLBACK", CancellationToken.None);
        open = false;
    }

    RehearsalFailure Explain(PostgresFault fault, SqlScript script, SqlStatement statement) => new(
        fault.SqlState,
        fault.MessageText,
        fault.Detail,
        script.Locate(statement, fault.Position is { } position ? position - 1 : 0),
        kept);

    async Task<TimeSpan> TimeAsync(Func<Task> run)
    {
        var start = clock.GetTimestamp();
        await run();
        return clock.GetElapsedTime(start);
    }

    StatementMeasurement Measurement(SqlScript script, SqlStatement statement, int index, TimeSpan time) =>
        new(index, script.Locate(statement), statement.Text, time) { Transaction = transaction };
}
