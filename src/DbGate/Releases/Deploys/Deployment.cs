using DbGate.Migrations.Tools;
using System.Diagnostics;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Deploy.Queue;
using DbGate.Migrations.Failures;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;

namespace DbGate.Releases.Deploys;

/// <summary>What a deploy did.</summary>
/// <param name="Engine">Who applied.</param>
/// <param name="Applied">The migrations that are applied now and were not before.</param>
/// <param name="After">The status after it.</param>
/// <param name="Sentence">The status as <c>/ready</c> states it.</param>
/// <param name="Timings">Per migration, where the engine knows.</param>
/// <param name="LastWords">The end of the engine's output.</param>
sealed record DeploymentReport(
    string Engine,
    IReadOnlyList<string> Applied,
    MigrationStatus After,
    string Sentence,
    IReadOnlyList<(string Name, TimeSpan Time)> Timings,
    string LastWords)
{
    /// <summary>The session's time-outs, in words.</summary>
    public required string Timeouts { get; init; }

    /// <summary>How often a migration gave way to another session's lock and was run again.</summary>
    public int Retries { get; init; }

    /// <summary>The invalid indexes that this deploy left although every migration counts as applied.</summary>
    public IReadOnlyList<InvalidIndex> LeftInvalid { get; init; } = [];
}

/// <summary>
/// Applies what is pending and believes only the ledger: it is read before, and read again after, whatever the engine stated.
/// </summary>
sealed class Deployment(
    GateContext context, IDeployEngine engine, MigrationProject project, MigrationFolder folder, Session session,
    Func<Session?, CancellationToken, Task>? verify, ICommitCheck? commits)
{
    /// <summary>Long enough for most crash recoveries: a server reads up to <c>max_wal_size</c> of its log first.</summary>
    static readonly TimeSpan RestartPatience = TimeSpan.FromMinutes(2);

    readonly PostgresUrl url = context.Target.DirectUrl;
    readonly LockOptions patience = LockOptions.From(context.Settings);
    readonly List<(string Name, TimeSpan Time)> timings = [];
    string timeouts = "";
    string? blocker;

    public static IDeployEngine Engine(Settings settings, MigrationProject project, TimeProvider clock) =>
        settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct
            ? project.Tool.HasDirectEngine
                ? new DirectEngine(clock)
                : throw new GateException(Migrations.Tools.ToolProblems.NoDirectEngine(project.Tool))
            : new CommandEngine(project.Command(settings), project.Tool, TargetVariable.From(settings));

    /// <inheritdoc cref="RunAsync(GateContext, IDeployEngine, MigrationProject, MigrationFolder, Session, Ledger,
    /// Func{Session, CancellationToken, Task}, ICommitCheck, CancellationToken)"/>
    public static Task<DeploymentReport> RunAsync(
        GateContext context, IDeployEngine engine, MigrationProject project, MigrationFolder folder, Session session, Ledger before,
        CancellationToken cancellationToken) =>
        RunAsync(context, engine, project, folder, session, before, null, null, cancellationToken);

    /// <param name="context">Of the run.</param>
    /// <param name="engine">Who applies.</param>
    /// <param name="project">The project.</param>
    /// <param name="folder">Its migrations.</param>
    /// <param name="session">On the target's direct URL; it does what is to be done before an engine runs.</param>
    /// <param name="before">The ledger, read by it.</param>
    /// <param name="verify">
    /// Runs once, on the session of the direct engine directly before its first statement, or without one directly before another engine
    /// begins; what it throws stops the deploy. Null: nothing is verified there.
    /// </param>
    /// <param name="commits">Compares before each commit of the direct engine; null: nothing is compared.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0502 to DBG0505, DBG0576, each with what the ledger shows now; or what <paramref name="verify"/>
    /// throws.</exception>
    public static Task<DeploymentReport> RunAsync(
        GateContext context,
        IDeployEngine engine,
        MigrationProject project,
        MigrationFolder folder,
        Session session,
        Ledger before,
        Func<Session?, CancellationToken, Task>? verify,
        ICommitCheck? commits,
        CancellationToken cancellationToken) =>
        new Deployment(context, engine, project, folder, session, verify, commits).RunAsync(before, cancellationToken);

    async Task<DeploymentReport> RunAsync(Ledger before, CancellationToken cancellationToken)
    {
        try
        {
            return await ApplyAsync(before, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new GateException(await CancelledAsync());
        }
    }

    async Task<DeploymentReport> ApplyAsync(Ledger before, CancellationToken cancellationToken)
    {
        var pending = MigrationStatus.Decide(folder, before).Pending.Select(entry => entry.File!).ToArray();
        var invalid = await PrepareAsync(before, cancellationToken);
        var watch = Stopwatch.StartNew();
        for (var tries = 1; ; tries++)
        {
            var left = tries == 1 ? pending : [.. pending.Where(one => timings.TrueForAll(timing => timing.Name != one.Name))];
            var outcome = await AttemptAsync(left, isFirst: tries == 1, cancellationToken);
            timings.AddRange(outcome.Timings);
            var (after, broken) = await ReadAgainAsync(outcome.Failure);
            var status = MigrationStatus.Decide(folder, after);
            var applied = pending.Select(migration => migration.Name).Where(name => IsApplied(status, name)).ToArray();
            InvalidIndex[] leftInvalid = [.. broken.Except(invalid)];
            if (folder.Tool.HasDirectEngine // its ledger is the one that is written here
                && Stopped(before, status) is { } stopped
                && GivingWays.Find($"{stopped.Row!.Logs}\n{outcome.Failure}") is { } way
                && await GivingWays.LeavesNothingAsync(stopped.File!, engine.Transactions, cancellationToken))
            {
                await MarkAsync([stopped.Row.Id], cancellationToken);
                if (!way.MayPass || watch.Elapsed >= patience.LockWait)
                {
                    var script = await stopped.File!.SplitAsync(cancellationToken);
                    var failure = new MigrationFailure(stopped.Name, script.Text, DeployStop.Place(stopped, outcome, script), way.Words);
                    throw new GateException(
                        DeployProblems.GaveWay(stopped, failure, way, blocker, tries, applied.Length, pending.Length - applied.Length));
                }

                timings.RemoveAll(timing => !applied.Contains(timing.Name));
                await Task.Delay(Jitter.Next(), cancellationToken);
                continue;
            }

            if (Problem(outcome, before, after, status, applied, pending.Length, leftInvalid) is { } problem)
            {
                throw new GateException(problem);
            }

            return new DeploymentReport(
                engine.Name, applied, status, MigrationFindings.Sentence(folder, after, status), timings, outcome.LastWords)
            {
                Timeouts = timeouts,
                Retries = tries - 1,
                LeftInvalid = leftInvalid,
            };
        }
    }

    /// <summary>What a killed run left unfinished and provably unapplied is marked as such, so that every engine goes past it.</summary>
    async Task<IReadOnlyList<InvalidIndex>> PrepareAsync(Ledger before, CancellationToken cancellationToken)
    {
        if (before.LockHolder is null && folder.Tool.HasDirectEngine)
        {
            await MarkAsync([.. before.Rows.Where(row => row.IsInterrupted).Select(row => row.Id)], cancellationToken);
        }

        return await InvalidIndexes.ReadAsync(session, cancellationToken);
    }

    async Task MarkAsync(IReadOnlyList<string> rows, CancellationToken cancellationToken)
    {
        var ledger = new LedgerWriter(session, url.Schema);
        foreach (var row in rows)
        {
            await ledger.RollBackAsync(row, cancellationToken);
        }
    }

    async Task<DeployOutcome> AttemptAsync(IReadOnlyList<Migration> pending, bool isFirst, CancellationToken cancellationToken)
    {
        await using var watch = LockWatch.Start(url);
        var preparing = engine.PrepareAsync(pending, cancellationToken);
        try
        {
            await using var gate = await ReleaseGate.OpenAsync(session, context.Clock, cancellationToken);
            (var carrying, timeouts) =
                await DeployTimeouts.CarryAsync(gate.Url, patience, await SparesLocksAsync(pending, cancellationToken), cancellationToken);
            await preparing;
            var checks = isFirst ? verify : null;
            await (engine.HasOwnSession ? Task.CompletedTask : checks?.Invoke(null, cancellationToken) ?? Task.CompletedTask);
            return await engine.DeployAsync(
                new DeployRequest(
                    context.Settings.Root, carrying, pending, project.Version, context.Settings.Get(MigrationSettings.DeployTimeout)) {
                    OnLine = context.Services.ChildOutput,
                    Verify = checks is null ? null : checks.Invoke,
                    CommitCheck = commits,
                },
                cancellationToken);
        }
        catch (PostgresFault fault)
        {
            return new DeployOutcome("", $"{fault.MessageText} (SQLSTATE {fault.SqlState})", []);
        }
        catch (GateException exception) when (exception.Problem.Code.ExitCode == ExitCode.Environment)
        {
            return new DeployOutcome("", exception.Problem.Message, []); // the connection broke: the ledger tells how far it came
        }
        finally
        {
            blocker = watch.LastSeen;
        }
    }

    /// <summary>The direct engine does it statement by statement; a command of the project's own has one session for all.</summary>
    async Task<bool> SparesLocksAsync(IReadOnlyList<Migration> pending, CancellationToken cancellationToken)
    {
        if (engine.HasOwnSession)
        {
            return false;
        }

        foreach (var migration in pending)
        {
            if ((await migration.ReadSqlAsync(cancellationToken)).Contains("concurrently", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// On a connection of its own; cancelling must not leave the outcome unread, so it has only its own deadline, within which a server
    /// that restarts comes back.
    /// </summary>
    async Task<(Ledger Ledger, IReadOnlyList<InvalidIndex> Invalid)> ReadAgainAsync(string? failure)
    {
        using var limit = new CancellationTokenSource(RestartPatience);
        var seen = failure ?? "the engine said yes";
        for (; ; )
        {
            try
            {
                await using var fresh = await Session.OpenAsync(url, null, limit.Token);
                return (await project.ReadLedgerAsync(fresh, url.Schema, limit.Token), await InvalidIndexes.ReadAsync(fresh, limit.Token));
            }
            catch (Exception exception)
                when (exception is GateException { Problem.Code.ExitCode: ExitCode.Environment } && !limit.IsCancellationRequested)
            {
                seen = $"{failure ?? "the engine said yes"}; then: {exception.Message}";
                await Task.Delay(Jitter.Next(), CancellationToken.None);
            }
            catch (Exception exception) when (exception is GateException or PostgresFault or OperationCanceledException)
            {
                throw new GateException(
                    DeployProblems.OutcomeUnknown(
                        engine.Name, exception is OperationCanceledException ? seen : $"{seen}; then: {exception.Message}"), exception);
            }
        }
    }

    async Task<Problem> CancelledAsync()
    {
        var (ledger, _) = await ReadAgainAsync("cancelled");
        var sentence = MigrationFindings.Sentence(folder, ledger, MigrationStatus.Decide(folder, ledger));
        var hasEnded = engine.HasOwnSession && ledger.LockHolder is null;
        return ConfigurationProblems.Cancelled("migrate-deploy") with
        {
            State = $"the ledger now shows: {sentence}; "
                + (hasEnded
                    ? "nothing of this deploy runs at the server any more"
                    : "a statement that was under way may still run at the server"),
            Fix = new(
                "Read what was applied, then release again: it goes on from there", FixCommand.Gate("verify-ready"),
                FixCommand.Gate("release")),
        };
    }

    /// <summary>The migration that this deploy began and did not finish.</summary>
    static MigrationEntry? Stopped(Ledger before, MigrationStatus status) =>
        status.Entries.FirstOrDefault(entry =>
            entry.Row is { IsUnfinished: true } row && entry.File is not null && before.Rows.All(other => other.Id != row.Id));

    Problem? Problem(
        DeployOutcome outcome, Ledger before, Ledger after, MigrationStatus status, string[] applied, int pending,
        IReadOnlyList<InvalidIndex> invalid)
    {
        if (Stopped(before, status) is { } stopped)
        {
            string[] notBegun = [.. status.Pending.Select(entry => entry.Name).Where(name => name != stopped.Name)];
            var stop = new DeployStop(stopped, outcome, applied, notBegun, invalid, before.NextTransaction);
            context.Update(state => state with { DeployStop = stop });
            return DeployProblems.Failed(engine.Name, stopped, outcome.Failure, applied.Length, pending - applied.Length, blocker, invalid);
        }

        if (outcome.Refusal is { } refusal && applied.Length == 0)
        {
            return refusal;
        }

        var isUnchanged = before.Rows.Count == after.Rows.Count && applied.Length == 0;
        return (outcome.Failure, applied.Length == pending) switch
        {
            (null, true) => null,
            (null, false) => DeployProblems.LedgerSaysNo(engine.Name, MigrationFindings.Sentence(folder, after, status)),
            ({ } words, _) when !folder.Tool.Facts.RecordsFailures && outcome.HasStarted && status.Pending.FirstOrDefault() is { } first =>
                DeployProblems.Unrecorded(
                    engine.Name, words, first.Name, applied.Length, pending - applied.Length,
                    project.Commands(context.Settings, url, after)),
            ({ } words, _) when isUnchanged => DeployProblems.NotBegun(engine.Name, words),
            ({ } words, _) => DeployProblems.Failed(engine.Name, null, words, applied.Length, pending - applied.Length, blocker, invalid),
        };
    }

    static bool IsApplied(MigrationStatus status, string name) =>
        status.Entries.FirstOrDefault(entry => entry.Name == name)?.State is MigrationState.Applied or MigrationState.Claimed;
}
