using DbGate.Migrations.Execution;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal.Load;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// One migration, run and measured. It sends the steps that the engine sends. Between two statements it reads locks over the observer's
/// connection, or over the file's own once the file's transaction has run a query itself.
/// </summary>
/// <param name="session">Runs it.</param>
/// <param name="observer">Watches it.</param>
/// <param name="clock">Measures.</param>
/// <param name="relations">Follows what is there.</param>
/// <param name="running">Told which statement runs.</param>
/// <param name="created">Reports which statements need no look.</param>
sealed class MigrationRun(
    Session session, Session observer, TimeProvider clock, RelationTracker relations, RunningStatement running, CreatedTables created)
{
    // Only at the top level: 25001 is CONCURRENTLY and its like, 2D000 a procedure that commits.
    static readonly string[] RefusesTransaction = ["25001", "2D000"];

    readonly List<StatementMeasurement> measured = [];
    bool open;
    bool asks = true;
    int kept;
    int transaction;
    TimeSpan own;

    public async Task<MigrationMeasurement> RunAsync(PendingMigration migration, FileFrame frame, CancellationToken cancellationToken)
    {
        var script = migration.Script;
        SqlStatement? last = null;
        RehearsalFailure? failure = null;
        try
        {
            await SendAsync(FileFrame.Transaction(frame.Before), cancellationToken);
            foreach (var step in ScriptSteps.From(script, migration.Transactions, frame.AtEnd))
            {
                last = step.Index < 0 ? last : script.Statements[step.Index];
                running.Now = last is null ? null : new(migration.Name, script.Locate(last));
                await RunAsync(script, step, cancellationToken);
            }
        }
        catch (PostgresFault fault)
        {
            failure = await FailAsync(fault, script, last);
        }

        running.Now = null;
        if (failure is null)
        {
            try
            {
                await SendAsync(FileFrame.Transaction(frame.After), cancellationToken);
            }
            catch (PostgresFault fault)
            {
                failure = await LeftStateAsync(await FailAsync(fault, script, last), script, cancellationToken);
            }
        }

        return new MigrationMeasurement(migration.Name, measured.Aggregate(own, (sum, each) => sum + each.Time), measured, failure);
    }

    async Task RunAsync(SqlScript script, ScriptStep step, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case StepKind.Open or StepKind.Close or StepKind.Engine:
                await LearnAsync(cancellationToken);
                own += await TimeAsync(() => session.ExecuteScriptAsync([step.Text], cancellationToken));
                Follow(step, step.Kind == StepKind.Close ? script.Statements.Count : kept);
                break;
            case StepKind.Control:
                await (step.Command is TransactionCommand.Commit or TransactionCommand.CommitAndChain
                    ? LearnAsync(cancellationToken)
                    : Task.CompletedTask);
                transaction += step.Command == TransactionCommand.Begin && !open ? 1 : 0;
                measured.Add(Measurement(script, step, await TimeAsync(() => session.ExecuteScriptAsync([step.Text], cancellationToken))));
                Follow(step, step.Index + 1);
                break;
            case StepKind.Statement:
                measured.Add(await MeasureAsync(script, step, cancellationToken));
                break;
            default:
                measured.Add(await RunAloneAsync(script, step, cancellationToken));
                kept = step.Index + 1;
                break;
        }
    }

    void Follow(ScriptStep step, int statements)
    {
        if (step.Command != TransactionCommand.None)
        {
            created.EndTransaction();
        }

        switch (step.Command)
        {
            case TransactionCommand.Begin:
                transaction += step.Kind == StepKind.Open ? 1 : 0;
                open = true;
                break;
            case TransactionCommand.Commit or TransactionCommand.CommitAndChain:
                relations.Commit();
                kept = statements;
                open = step.Command == TransactionCommand.CommitAndChain;
                break;
            case TransactionCommand.Rollback or TransactionCommand.RollbackAndChain:
                relations.RollBack();
                open = step.Command == TransactionCommand.RollbackAndChain;
                break;
            default:
                break;
        }
    }

    async Task<StatementMeasurement> MeasureAsync(SqlScript script, ScriptStep step, CancellationToken cancellationToken)
    {
        var statement = script.Statements[step.Index];
        var parsed = StatementParser.Parse(statement.Text);
        var inside = MeasuringRules.MayAskAfter(statement);
        var isNew = created.ConcernsOnlyNew(parsed, statement.Text);
        if (inside && asks && isNew)
        {
            var passed = Measurement(script, step, await TimeAsync(() => session.ExecuteScriptAsync([step.Text], cancellationToken)));
            relations.PassOver();
            return passed;
        }

        if (inside && asks && !relations.Counts)
        {
            relations.CountFrom(await RelationReader.ReadUnreportedAsync(session, relations.Unreported, cancellationToken));
        }

        if (MeasuringRules.SetsShortTimeout(parsed))
        {
            await LearnAsync(cancellationToken);
        }

        var conversions = inside && asks ? await ConversionProbe.ReadAsync(session, parsed, cancellationToken) : [];
        var measurement =
            Measurement(
                script, step,
                    await TimeAsync(() => session.ExecuteScriptAsync([step.Text], cancellationToken))) with { Conversions = conversions };
        asks &= !MeasuringRules.SetsShortTimeout(parsed);
        if (step.Command == TransactionCommand.RollbackTo)
        {
            relations.RollBack(isPart: true);
        }

        if (inside && asks)
        {
            return relations.Take(await RelationReader.ReadOwnAsync(session, cancellationToken), isRead: true, measurement);
        }

        return parsed is SetParameter or TransactionControl
            ? measurement
            : relations.Take(
                await RelationReader.ReadLocksAsync(observer, session.BackendPid, cancellationToken), isRead: false,
                    measurement) with { IsSampled =
                    inside };
    }

    /// <summary>What commits on its own, in a transaction where that changes nothing: there its locks can be read.</summary>
    async Task<StatementMeasurement> RunAloneAsync(SqlScript script, ScriptStep step, CancellationToken cancellationToken)
    {
        transaction++;
        var statement = script.Statements[step.Index];
        if (!MeasuringRules.MayBeWrapped(statement))
        {
            return StatementParser.Parse(statement.Text) is SetParameter
                ? Measurement(script, step, await TimeAsync(() => session.ExecuteScriptAsync([step.Text], cancellationToken)))
                : await SampleAsync(script, step, cancellationToken);
        }

        await session.ExecuteAsync(ScriptSteps.Begin, cancellationToken);
        open = true;
        try
        {
            var measurement = await MeasureAsync(script, step, cancellationToken);
            await LearnAsync(cancellationToken);
            created.EndTransaction();
            var commit = await TimeAsync(() => session.ExecuteAsync(ScriptSteps.Commit, cancellationToken));
            open = false;
            relations.Commit();
            return measurement with { Time = measurement.Time + commit };
        }
        catch (PostgresFault fault) when (RefusesTransaction.Contains(fault.SqlState))
        {
            await session.ExecuteAsync("rollback", cancellationToken);
            open = false;
            relations.RollBack();
            created.EndTransaction();
            return await SampleAsync(script, step, cancellationToken);
        }
    }

    async Task<StatementMeasurement> SampleAsync(SqlScript script, ScriptStep step, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<uint, TableLock> locks = new Dictionary<uint, TableLock>();
        var time = await TimeAsync(async () =>
        {
            var running = session.ExecuteScriptAsync([step.Text], cancellationToken);
            locks = await new LockSampler(observer, session.BackendPid, clock).WatchAsync(running, cancellationToken);
            await running;
        });

        var after =
            MeasuringRules.KeepsRelations(StatementParser.Parse(step.Text)) ? null
                : await RelationReader.ReadAllAsync(observer, cancellationToken);
        var measurement = relations.Take(after, locks, Measurement(script, step, time)) with { IsSampled = true };
        if (asks && await RelationReader.ReportAsync(session, cancellationToken))
        {
            relations.Reported();
        }

        return measurement;
    }

    /// <summary>Reads what statements have created that were not looked at, while their transaction is open.</summary>
    async Task LearnAsync(CancellationToken cancellationToken)
    {
        if (relations.HasUnread)
        {
            relations.Learn(await RelationReader.ReadOwnAsync(session, cancellationToken));
        }
    }

    async Task<RehearsalFailure> FailAsync(PostgresFault fault, SqlScript script, SqlStatement? statement)
    {
        await session.ExecuteAsync("rollback", CancellationToken.None);
        open = false;
        relations.RollBack();
        var location = statement is null ? new(script.File) : script.Locate(statement, fault.Position is { } position ? position - 1 : 0);
        return new RehearsalFailure(fault.SqlState, fault.MessageText, fault.Detail, location, kept);
    }

    /// <summary>The file went through, and the engine cannot write its ledger in the state that the session is left in.</summary>
    async Task<RehearsalFailure> LeftStateAsync(RehearsalFailure failure, SqlScript script, CancellationToken cancellationToken)
    {
        var state = await session.ScalarAsync<string>(
            """
            SELECT pg_catalog.format('search_path is %L, the role is %I, transactions are %s',
              pg_catalog.current_setting('search_path'), current_user,
              CASE pg_catalog.current_setting('default_transaction_read_only') WHEN 'on' THEN 'read-only' ELSE 'read-write' END)
            """,
            cancellationToken);
        var cause = script.Statements.LastOrDefault(statement => MeasuringRules.SetsSession(statement.Text));
        return failure with
        {
            IsOfLedger = true,
            Detail = $"after the file, {state}",
            StatementsKept = script.Statements.Count,
            Location = cause is null ? failure.Location : script.Locate(cause),
        };
    }

    Task SendAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken) =>
        commands.Count == FileFrame.Transaction([]).Count ? Task.CompletedTask : session.ExecuteScriptAsync(commands, cancellationToken);

    async Task<TimeSpan> TimeAsync(Func<Task> run)
    {
        var start = clock.GetTimestamp();
        await run();
        return clock.GetElapsedTime(start);
    }

    StatementMeasurement Measurement(SqlScript script, ScriptStep step, TimeSpan time) =>
        new(step.Index, script.Locate(script.Statements[step.Index]), script.Statements[step.Index].Text, time) { Transaction =
            transaction };
}
