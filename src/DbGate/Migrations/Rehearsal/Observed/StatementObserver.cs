using DbGate.Migrations.Execution;
using DbGate.Migrations.Lint;
using DbGate.Postgres;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>A statement as it reached the server.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Values">Its parameters, as far as they are text. They are compared with names of migrations and not kept.</param>
sealed record ObservedText(string Text, IReadOnlyList<string> Values)
{
    /// <summary>The parameters for people, where the policy shows them: <c>$1 = 'x'</c>.</summary>
    public IReadOnlyList<string> Shown { get; init; } = [];
}

/// <summary>What the observers of one command share.</summary>
/// <param name="Log">Where it is written.</param>
/// <param name="OpenAsync">Opens a session of an administrator on the scratch database, with the search path of the deploy.</param>
/// <param name="Tables">The tables' qualified names from before, by number.</param>
/// <param name="Pending">What the ledger calls the pending migrations, by their names.</param>
/// <param name="Ledgers">The names of the tool's own tables, without schema.</param>
/// <param name="Counted">Takes queries that count what a statement is about to change.</param>
/// <param name="Clock">Measures.</param>
sealed record ObservationTarget(
    ObservationLog Log,
    Func<CancellationToken, Task<Session>> OpenAsync,
    IReadOnlyDictionary<uint, string> Tables,
    IReadOnlyDictionary<string, string> Pending,
    IReadOnlyList<string> Ledgers,
    Action<IReadOnlyList<CountedLoss>> Counted,
    TimeProvider Clock)
{
    /// <summary>The values of parameters are part of the report.</summary>
    public bool ShowsValues { get; init; }
}

/// <summary>
/// Measures the statements of one session as the other rehearsal does (<see cref="MigrationRun"/>): what the transaction holds is asked in
/// the session itself, or, for a statement that commits by itself, sampled from outside.
/// </summary>
sealed class StatementObserver : IAsyncDisposable
{
    readonly ObservationTarget target;
    readonly Session watcher;
    readonly RelationTracker relations;
    readonly CreatedTables created;
    readonly int pid;
    bool asks = true;
    int transaction;
    int seen;

    StatementObserver(ObservationTarget target, Session watcher, RelationTracker relations, CreatedTables created, int pid) =>
        (this.target, this.watcher, this.relations, this.created, this.pid, seen) =
            (target, watcher, relations, created, pid, target.Log.Commits);

    /// <summary>Begins to observe the session of a server's process.</summary>
    public static async Task<StatementObserver> StartAsync(ObservationTarget target, int pid, CancellationToken cancellationToken)
    {
        var watcher = await target.OpenAsync(cancellationToken);
        await watcher.ExecuteAsync("SET lock_timeout = '200ms'", cancellationToken); // the observed session may hold the table itself
        target.Log.AddSession();
        return new(
            target, watcher, await RelationTracker.StartAsync(watcher, cancellationToken),
            await CreatedTables.StartAsync(watcher, [], cancellationToken), pid);
    }

    /// <summary>True for a command that begins or ends a transaction.</summary>
    public static bool IsControl(TransactionCommand command) =>
        command is not (TransactionCommand.None or TransactionCommand.Savepoint or TransactionCommand.RollbackTo
            or TransactionCommand.TwoPhase);

    public ValueTask DisposeAsync() => watcher.DisposeAsync();

    /// <summary>Runs a statement and measures it.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="isWithin">True where its transaction is still open after it, so that the session itself can be asked.</param>
    /// <param name="ask">Runs a query in the session.</param>
    /// <param name="run">Runs the statement.</param>
    /// <param name="isNoResult">True for an error after which the statement runs again, otherwise.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<WireReply> ObserveAsync(
        ObservedText text, bool isWithin, Func<string, Task<string?>> ask, Func<Task<WireReply>> run,
        Func<WireError, bool>? isNoResult, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var statement = new SqlStatement(text.Text, 0, 1, 1);
        var parsed = StatementParser.Parse(text.Text);
        return isWithin
            ? await WithinAsync(text, statement, parsed, ask, run, isNoResult, cancellationToken)
            : await SampleAsync(text, parsed, run, cancellationToken);
    }

    /// <summary>Runs a command that begins or ends a transaction.</summary>
    public async Task<WireReply> ControlAsync(
        ObservedText text, TransactionCommand command, Func<string, Task<string?>> ask, Func<Task<WireReply>> run)
    {
        var isCommit = command is TransactionCommand.Commit or TransactionCommand.CommitAndChain;
        if (isCommit && transaction > 0)
        {
            await LearnAsync(ask);
        }

        if (command == TransactionCommand.Begin)
        {
            await BeginAsync(CancellationToken.None);
        }

        var (reply, time) = await TimeAsync(run);
        Add(text, new(0, new(""), text.Text, time) { Transaction = transaction }, reply);
        if (command != TransactionCommand.Begin)
        {
            End(isCommit && reply.Error is null && reply.Tag != "ROLLBACK");
        }

        return reply;
    }

    /// <summary>Passes on what is not measured, in a transaction that has failed.</summary>
    public async Task<WireReply> PassAsync(TransactionCommand command, Func<Task<WireReply>> run)
    {
        var reply = await run();
        if (IsControl(command))
        {
            End(isCommitted: false);
        }

        return reply;
    }

    /// <summary>A statement that the server refused before it ran, or whose transaction failed at its end.</summary>
    public void AddFailed(string sql, WireError error) =>
        Add(new(sql, []), new(0, new(""), sql, TimeSpan.Zero) { Transaction = transaction }, new("", error));

    /// <summary>Reads what statements have created that were not looked at, while their transaction is open.</summary>
    public async Task LearnAsync(Func<string, Task<string?>> ask)
    {
        if (relations.HasUnread)
        {
            relations.Learn(RelationReader.ReadOwn(await ask(RelationReader.OwnAsJson)));
        }
    }

    /// <summary>The transaction has ended.</summary>
    public void End(bool isCommitted)
    {
        if (transaction == 0)
        {
            return;
        }

        if (isCommitted)
        {
            relations.Commit();
        }
        else
        {
            relations.RollBack();
        }

        created.EndTransaction();
        var commits = target.Log.End(transaction, isCommitted);
        seen = commits == seen + 1 ? commits : seen;
        transaction = 0;
    }

    /// <summary>Another session's commit may have changed what this one begins with.</summary>
    async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (transaction > 0)
        {
            return;
        }

        transaction = target.Log.Begin();
        if (target.Log.Commits is var commits && commits != seen)
        {
            relations.Rebase(await RelationReader.ReadAllAsync(watcher, cancellationToken));
            seen = commits;
        }
    }

    async Task<WireReply> WithinAsync(
        ObservedText text, SqlStatement statement, ParsedStatement parsed, Func<string, Task<string?>> ask, Func<Task<WireReply>> run,
        Func<WireError, bool>? isNoResult, CancellationToken cancellationToken)
    {
        var mayAsk = MeasuringRules.MayAskAfter(statement);
        var isShort = MeasuringRules.SetsShortTimeout(parsed);
        var isNew = created.ConcernsOnlyNew(parsed, text.Text);
        var conversions = mayAsk && asks && !isNew ? await ProbeAsync(text, statement, parsed, cancellationToken) : [];
        if (mayAsk && asks && !isNew && !relations.Counts)
        {
            relations.CountFrom(RelationReader.ReadUnreported(await ask(RelationReader.UnreportedAsJson)));
        }

        if (isShort)
        {
            await LearnAsync(ask);
        }

        var (reply, time) = await TimeAsync(run);
        var measurement = new StatementMeasurement(0, new(""), text.Text, time)
        {
            Transaction = transaction,
            Conversions = conversions,
        };
        if (reply.Error is { } error)
        {
            if (isNoResult?.Invoke(error) != true)
            {
                Add(text, measurement, reply);
            }

            return reply;
        }

        asks &= !isShort;
        if (TransactionCommands.Read(statement) == TransactionCommand.RollbackTo)
        {
            relations.RollBack(isPart: true);
        }

        if (mayAsk && asks && isNew)
        {
            relations.PassOver();
        }
        else if (mayAsk && asks)
        {
            measurement = relations.Take(RelationReader.ReadOwn(await ask(RelationReader.OwnAsJson)), isRead: true, measurement);
        }
        else if (parsed is not (SetParameter or TransactionControl))
        {
            var held = await RelationReader.ReadLocksAsync(watcher, pid, cancellationToken);
            measurement = relations.Take(held, isRead: false, measurement) with { IsSampled = mayAsk };
        }

        Add(text, measurement, reply);
        return reply;
    }

    /// <summary>What commits by itself, or cannot be taken apart: its locks are sampled.</summary>
    async Task<WireReply> SampleAsync(
        ObservedText text, ParsedStatement parsed, Func<Task<WireReply>> run, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<uint, TableLock> locks = new Dictionary<uint, TableLock>();
        var (reply, time) = await TimeAsync(async () =>
        {
            var running = run();
            locks = await new LockSampler(watcher, pid, target.Clock).WatchAsync(running, cancellationToken);
            return await running;
        });
        var measurement = new StatementMeasurement(0, new(""), text.Text, time) { Transaction = transaction };
        if (parsed is not (SetParameter or TransactionControl))
        {
            var after =
                MeasuringRules.KeepsRelations(parsed) ? null : await RelationReader.ReadAllAsync(watcher, cancellationToken);
            measurement = relations.Take(after, locks, measurement) with { IsSampled = true };
        }

        Add(text, measurement, reply);
        return reply;
    }

    /// <summary>
    /// Counts, on what is committed, what the statement is about to change; what its own transaction made cannot be counted.
    /// </summary>
    async Task<IReadOnlyList<Conversion>> ProbeAsync(
        ObservedText text, SqlStatement statement, ParsedStatement parsed, CancellationToken cancellationToken)
    {
        if (!(parsed is Update or Delete || (parsed is AlterTable alter && alter.Actions.Any(action => action is AlterColumnType))))
        {
            return [];
        }

        if (text.Values.Count == 0)
        {
            var pending = new PendingMigration("", new SqlScript("", text.Text, [statement], []), TransactionRule.WholeFile);
            target.Counted(await LossCounter.CountAsync(watcher, [pending], target.Tables, cancellationToken));
        }

        if (parsed is not AlterTable)
        {
            return [];
        }

        await watcher.ExecuteAsync("BEGIN READ ONLY", cancellationToken);
        try
        {
            return await ConversionProbe.ReadAsync(watcher, parsed, cancellationToken);
        }
        finally
        {
            await watcher.ExecuteAsync("ROLLBACK", cancellationToken);
        }
    }

    void Add(ObservedText text, StatementMeasurement measurement, WireReply reply)
    {
        var isOfLedger = target.Ledgers.Any(name => text.Text.Contains(name, StringComparison.OrdinalIgnoreCase));
        target.Log.Add(new(pid, measurement, isOfLedger ? [.. Named(text)] : [], isOfLedger)
        {
            Error = reply.Error,
            Values = target.ShowsValues ? text.Shown : [],
        });
    }

    IEnumerable<string> Named(ObservedText text) =>
        StatementParser.Parse(text.Text) is Insert or Update or OtherStatement or WithWrites
            ? target.Pending.Where(one => text.Text.Contains(one.Value, StringComparison.Ordinal)
                    || text.Values.Any(value => value.Contains(one.Value, StringComparison.Ordinal)))
                .Select(one => one.Key)
            : [];

    async Task<(WireReply Reply, TimeSpan Time)> TimeAsync(Func<Task<WireReply>> run)
    {
        var start = target.Clock.GetTimestamp();
        var reply = await run();
        return (reply, target.Clock.GetElapsedTime(start));
    }
}
