using DbGate.Migrations.Deploy;
using DbGate.Migrations.Execution;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Applies the files itself and writes <c>_prisma_migrations</c> as Prisma does: same lock, same rows, same checksums. A file is sent
/// as one transaction, so it applies whole or not at all; see <see cref="ScriptExecution"/> for the one exception. The row's end is
/// part of that transaction wherever the file has no transaction commands of its own, so that a kill leaves no doubt
/// (<see cref="LedgerRow.IsInterrupted"/>); so is the begin of the next file's row.
/// </summary>
sealed class DirectEngine(TimeProvider clock) : IDeployEngine
{
    /// <summary>How long to look after what a broken connection has left; the rerun can do it, too.</summary>
    static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(20);

    public string Name => "direct engine";

    public bool HasOwnSession => true;

    public TransactionRule Transactions => TransactionRule.WholeFile;

    public Task PrepareAsync(IReadOnlyList<Migration> pending, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            foreach (var migration in pending)
            {
                cancellationToken.ThrowIfCancellationRequested();
                FileRules.Demand(migration.Split(), isRaw: false);
            }
        },
        cancellationToken);

    public async Task<DeployOutcome> DeployAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(request.Deadline, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var timings = new List<(string, TimeSpan)>();
        try
        {
            return await DeployAsync(request, timings, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeployOutcome(
                "", $"the deadline of {request.Deadline.TotalMinutes:0.#} min for the whole deploy has passed", timings);
        }
    }

    async Task<DeployOutcome> DeployAsync(
        DeployRequest request, List<(string Name, TimeSpan Time)> timings, CancellationToken cancellationToken)
    {
        var splitting = Task.Run(() => request.Pending.Select(PendingFile.Of).ToArray(), cancellationToken);
        await using var session = await Session.OpenAsync(
            request.Url, SessionOptions.Default with { CommandTimeout = request.Deadline + SettlePatience }, cancellationToken);
        var files = await splitting; // what cannot be split is refused before anything is applied
        await using var held = await PrismaAdvisoryLock.TakeAsync(session, clock, cancellationToken);
        await (request.Verify?.Invoke(session, cancellationToken) ?? Task.CompletedTask);
        await (request.CommitCheck?.StartAsync(session, cancellationToken) ?? Task.CompletedTask);
        var ledger = new LedgerWriter(session, request.Url.Schema);
        await ledger.CreateAsync(cancellationToken);

        PendingFile? begun = null;
        for (var i = 0; i < files.Length; i++)
        {
            var file = files[i];
            var next = file.IsWhole && files.ElementAtOrDefault(i + 1) is { IsWhole: true } following ? following : null;
            var start = clock.GetTimestamp();
            var failure = await ApplyAsync(session, ledger, file, isBegun: file == begun, next, request.CommitCheck, cancellationToken);
            if (failure is not null)
            {
                return failure with { Failure = $"{file.Migration.Name}: {failure.Failure}", Timings = timings };
            }

            timings.Add((file.Migration.Name, clock.GetElapsedTime(start)));
            begun = next;
        }

        return new DeployOutcome("", null, timings);
    }

    /// <param name="session">The engine's.</param>
    /// <param name="ledger">Writes through it.</param>
    /// <param name="file">What to apply.</param>
    /// <param name="isBegun">True when the file before has begun its row.</param>
    /// <param name="next">The file whose row is begun in the transaction of this one: a round trip and a commit less for each.</param>
    /// <param name="check">Compares before a commit; null for none.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Why it failed; null when it is applied.</returns>
    async Task<DeployOutcome?> ApplyAsync(
        Session session, LedgerWriter ledger, PendingFile file, bool isBegun, PendingFile? next, ICommitCheck? check,
        CancellationToken cancellationToken)
    {
        var backend = session.BackendPid;
        try
        {
            var schema = session.Url.Schema;
            var frame = FileFrame.Direct(ledger, file, schema, next);
            var before = FileFrame.Transaction(isBegun ? FileFrame.ResetSession(schema) : frame.Before);
            var comparison = check?.Concerns(file.Script) == true ? new FileComparison(check, session, file.Migration) : null;
            await (comparison?.BeginAsync(cancellationToken) ?? Task.CompletedTask);
            if (file.IsWhole)
            {
                string[] steps = [.. ScriptSteps.From(file.Script, TransactionRule.WholeFile, frame.AtEnd).Select(step => step.Text)];
                await (comparison is null
                    ? session.ExecuteScriptAsync([.. before, .. steps], cancellationToken)
                    : comparison.CommitAsync([.. before, .. steps[..^1]], steps[^1], cancellationToken));
            }
            else
            {
                await session.ExecuteScriptAsync(before, cancellationToken);
                await ScriptExecution.RunAsync(session, file.Script, comparison, cancellationToken);
                await session.ExecuteScriptAsync(FileFrame.Transaction(frame.After), cancellationToken);
            }

            return null;
        }
        catch (PostgresFault fault)
        {
            var words =
                $"{fault.Severity}: {fault.MessageText} (SQLSTATE "
                    + $"{fault.SqlState}){(fault.Detail is { } detail ? $"\nDetail: {detail}" : "")}";
            await RecordAsync(session, ledger, file.Id, words, isRolledBack: false, CancellationToken.None);
            return new DeployOutcome("", words, []) { Fault = fault };
        }
        catch (GateException refused) when (refused.Problem.Code.ExitCode == ExitCode.Stale)
        {
            await RefuseAsync(session, ledger, file, refused.Problem);
            return new DeployOutcome("", $"{refused.Problem.Message}: {refused.Problem.Cause}", []) { Refusal = refused.Problem };
        }
        catch (OperationCanceledException)
        {
            const string Words = "cancelled by DbGate: a signal, or the deploy's deadline";
            await (session.IsOpen
                ? RecordAsync(session, ledger, file.Id, Words, file.IsWhole, CancellationToken.None)
                : SettleAsync(session.Url, backend, file.Id, Words, file.IsWhole));
            throw;
        }
    }

    /// <summary>Of a whole file nothing stays, not even its row: the deploy has changed nothing.</summary>
    static async Task RefuseAsync(Session session, LedgerWriter ledger, PendingFile file, Problem problem)
    {
        if (!file.IsWhole)
        {
            await RecordAsync(session, ledger, file.Id, $"{problem.Message}: {problem.Cause}", isRolledBack: false, CancellationToken.None);
            return;
        }

        await session.ExecuteAsync("rollback", CancellationToken.None);
        await session.ExecuteScriptAsync(FileFrame.Transaction(FileFrame.ResetSession(session.Url.Schema)), CancellationToken.None);
        await ledger.ForgetAsync(file.Id, CancellationToken.None);
    }

    /// <summary>The row states why, as Prisma's would. A file with BEGIN of its own leaves its transaction open.</summary>
    static async Task RecordAsync(
        Session session, LedgerWriter ledger, string id, string words, bool isRolledBack, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("rollback", cancellationToken);
        await session.ExecuteScriptAsync(FileFrame.Transaction(FileFrame.ResetSession(session.Url.Schema)), cancellationToken);
        await ledger.FailAsync(id, words, cancellationToken);
        if (isRolledBack)
        {
            await ledger.RollBackAsync(id, cancellationToken);
        }
    }

    /// <summary>
    /// The server has not confirmed that it stopped, and the connection was given up: over a new one it is ended, and the row states why.
    /// </summary>
    async Task SettleAsync(PostgresUrl url, int backend, string id, string words, bool isRolledBack)
    {
        using var limit = new CancellationTokenSource(SettlePatience);
        try
        {
            await using var session = await Session.OpenAsync(url, null, limit.Token);
            await using var held = await PrismaAdvisoryLock.TakeOverAsync(session, backend, clock, limit.Token);
            await RecordAsync(session, new LedgerWriter(session, url.Schema), id, words, isRolledBack, limit.Token);
        }
        catch (Exception fault) when (fault is PostgresFault or GateException or OperationCanceledException)
        {
            // It still runs, or the server is gone: the row stays as it is, which the report and the next run know how to read.
        }
    }
}
