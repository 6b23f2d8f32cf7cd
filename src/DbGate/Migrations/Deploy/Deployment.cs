using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;

namespace DbGate.Migrations.Deploy;

/// <summary>What a deploy did.</summary>
/// <param name="Engine">Who applied.</param>
/// <param name="Applied">The migrations that are applied now and were not before.</param>
/// <param name="After">The status after it.</param>
/// <param name="Sentence">The status in the seed's words.</param>
/// <param name="Timings">Per migration, where the engine knows.</param>
/// <param name="LastWords">The end of the engine's output.</param>
sealed record DeploymentReport(
    string Engine,
    IReadOnlyList<string> Applied,
    MigrationStatus After,
    string Sentence,
    IReadOnlyList<(string Name, TimeSpan Time)> Timings,
    string LastWords);

/// <summary>Applies what is pending and believes only the ledger: it is read before, and read again after, whatever the engine said.</summary>
static class Deployment
{
    public static IDeployEngine Engine(Settings settings, TimeProvider clock) =>
        settings.Get(SettingsCatalog.Engine) == DeployEngineKind.Direct
            ? new DirectEngine(clock)
            : new PrismaEngine(settings.Get(SettingsCatalog.MigrateCommand));

    /// <exception cref="GateException">DBG0502 to DBG0505, each with what the ledger shows now.</exception>
    public static async Task<DeploymentReport> RunAsync(
        GateContext context, IDeployEngine engine, PrismaProject project, MigrationFolder folder, Ledger before, CancellationToken cancellation)
    {
        var url = context.Target.DirectUrl;
        var pending = MigrationStatus.Decide(folder, before).Pending.Select(entry => entry.File!).ToArray();
        var deadline = context.Settings.Get(SettingsCatalog.DeployTimeout);
        DeployOutcome outcome;
        try
        {
            var request = new DeployRequest(context.Settings.Root, url, pending, project.Version, deadline) { OnLine = context.World.ChildOutput };
            outcome = await AttemptAsync(engine, request, context.Clock, cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new GateException(await CancelledAsync(engine, url, folder));
        }

        var after = await ReadAgainAsync(engine, url, outcome.Failure);
        var status = MigrationStatus.Decide(folder, after);
        var applied = pending.Select(migration => migration.Name).Where(name => IsApplied(status, name)).ToArray();
        if (Problem(engine, outcome, before, after, folder, status, applied, pending.Length) is { } problem)
        {
            throw new GateException(problem);
        }

        return new DeploymentReport(
            engine.Name, applied, status, MigrationFindings.Sentence(folder, after, status), outcome.Timings, outcome.LastWords);
    }

    static async Task<DeployOutcome> AttemptAsync(IDeployEngine engine, DeployRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            await using var gate = await ReleaseGate.OpenAsync(request.Url, clock, cancellation);
            return await engine.DeployAsync(request with { Url = gate.Url }, cancellation);
        }
        catch (PostgresFault fault)
        {
            return new DeployOutcome("", $"{fault.MessageText} (SQLSTATE {fault.SqlState})", []);
        }
        catch (GateException exception) when (exception.Problem.Code.ExitCode == ExitCode.Environment)
        {
            return new DeployOutcome("", exception.Problem.Message, []); // the connection broke: the ledger tells how far it came
        }
    }

    /// <summary>On a connection of its own; cancelling must not leave the outcome unread, so it has only its own deadline.</summary>
    static async Task<Ledger> ReadAgainAsync(IDeployEngine engine, PostgresUrl url, string? failure)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await using var session = await Session.OpenAsync(url, null, limit.Token);
            return await LedgerReader.ReadAsync(session, url.Schema, limit.Token);
        }
        catch (Exception exception) when (exception is GateException or PostgresFault or OperationCanceledException)
        {
            throw new GateException(DeployProblems.OutcomeUnknown(engine.Name, $"{failure ?? "the engine said yes"}; then: {exception.Message}"), exception);
        }
    }

    static async Task<Problem> CancelledAsync(IDeployEngine engine, PostgresUrl url, MigrationFolder folder)
    {
        var ledger = await ReadAgainAsync(engine, url, "cancelled");
        var sentence = MigrationFindings.Sentence(folder, ledger, MigrationStatus.Decide(folder, ledger));
        return ConfigurationProblems.Cancelled("migrate-deploy") with
        {
            State = $"the ledger now shows: {sentence}; a statement that was under way may still run at the server",
            Fix = "./build.sh --target=verify-ready tells what was applied",
        };
    }

    static Problem? Problem(
        IDeployEngine engine, DeployOutcome outcome, Ledger before, Ledger after, MigrationFolder folder, MigrationStatus status, string[] applied, int pending)
    {
        var failed = status.Entries.FirstOrDefault(entry =>
            entry.State is MigrationState.Failed or MigrationState.Running && before.Rows.All(row => row.Id != entry.Row!.Id));
        if (failed is not null)
        {
            return DeployProblems.Failed(engine.Name, failed, outcome.Failure, applied.Length, pending - applied.Length);
        }

        var isUnchanged = before.Rows.Count == after.Rows.Count && applied.Length == 0;
        return (outcome.Failure, applied.Length == pending) switch
        {
            (null, true) => null,
            (null, false) => DeployProblems.LedgerSaysNo(engine.Name, MigrationFindings.Sentence(folder, after, status)),
            ({ } words, _) when isUnchanged => DeployProblems.NotBegun(engine.Name, words),
            ({ } words, _) => DeployProblems.Failed(engine.Name, null, words, applied.Length, pending - applied.Length),
        };
    }

    static bool IsApplied(MigrationStatus status, string name) =>
        status.Entries.FirstOrDefault(entry => entry.Name == name)?.State is MigrationState.Applied or MigrationState.Claimed;
}
