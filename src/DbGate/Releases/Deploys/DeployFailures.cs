using DbGate.Configuration;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Failures;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Releases.Deploys;

/// <summary>Runs a deploy; one that fails midway is explained: where, what stays, and how to go back.</summary>
static class DeployFailures
{
    /// <param name="producer">The step that deploys.</param>
    /// <param name="context">The run.</param>
    /// <param name="project">Of the migrations.</param>
    /// <param name="folder">The migrations.</param>
    /// <param name="fresh">The backup to go back to.</param>
    /// <param name="rehearsal">The deploy's; null where there was none.</param>
    /// <param name="deploy">The deploy.</param>
    public static async Task<DeploymentReport> ExplainedAsync(
        IProduces<FailedDeployProof> producer,
        GateContext context,
        MigrationProject project,
        MigrationFolder folder,
        FreshBackup fresh,
        PlanRehearsal? rehearsal,
        Func<Task<DeploymentReport>> deploy)
    {
        try
        {
            return await deploy();
        }
        catch (GateException exception) when (exception.Problem.Code.ExitCode == ExitCode.MigrationFailed)
        {
            var problem = exception.Problem;
            if (context.State.DeployStop is { } stop)
            {
                var failed = await OfAsync(context, project, folder, fresh, rehearsal, stop);
                context.Produce(producer, new FailedDeployProof(failed));
                problem = failed.Explain(problem);
            }

            throw new GateException(fresh.Backup is { } backup ? WithWayBack(problem, context, backup) : problem, exception);
        }
    }

    static Problem WithWayBack(Problem problem, GateContext context, BackupProof backup) => problem with
    {
        Fix = new(
            problem.Fix?.Sentence ?? "",
            backup.Recovery.Count > 0
                ? [.. problem.Fix?.Commands ?? [], .. backup.Recovery.Select(FixCommand.FromLine)]
                : [.. problem.Fix?.Commands ?? [],
                FixCommand.Gate(
                    "restore", ("environment", Environment(context)),
                    ("backup", Path.GetFileName(backup.Location))) with { Note = "or go back to the backup" }]),
    };

    static async Task<FailedDeploy> OfAsync(
        GateContext context, MigrationProject project, MigrationFolder folder, FreshBackup fresh, PlanRehearsal? rehearsal, DeployStop stop)
    {
        var backup = fresh.Backup;
        var (script, sql) = await ReadAsync(stop.Failed.File!);
        var rules = EngineRules.From(context.Settings, project);
        var commands = project.Commands(context.Settings, context.Target.DirectUrl);
        var test = rehearsal is null && backup is not null ? await RestoreTestAsync(context) : null;
        var back = RollbackOptions.From(
            context.Target, commands, context.Settings.Root, backup, test, rehearsal,
            folder.Migrations.Where(migration => stop.Applied.Contains(migration.Name)), toResolve: false, fresh.Written);
        return FailedDeploy.From(
            stop,
            script,
            sql,
            script is null ? [] : await TracesAsync(context, stop, script, rules),
            rules,
            commands,
            PlannedEngine.Release(Environment(context), PlannedEngine.From(context.Settings)),
            back);
    }

    /// <summary>Only where it is not known anyway.</summary>
    static async Task<IReadOnlyList<StatementTrace>> TracesAsync(GateContext context, DeployStop stop, SqlScript script, EngineRules rules)
    {
        if (stop.PlaceIn(script) is { IsCertain: true } || StopPoints.From(script, rules.For(script)).Count == 0)
        {
            return [];
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await using var session = await Session.OpenAsync(context.Target.DirectUrl, null, limit.Token);
            return await StatementTraces.ReadAsync(session, stop, script, context.Target.DirectUrl.Schema, limit.Token);
        }
        catch (Exception exception) when (exception is GateException or PostgresFault or OperationCanceledException)
        {
            return [];
        }
    }

    static string Environment(GateContext context) => context.Environment.ToString().ToLowerInvariant();

    /// <summary>Nothing that is missing here may hide the failure itself.</summary>
    static async Task<(SqlScript? Script, string Sql)> ReadAsync(Migration file)
    {
        try
        {
            var script = await file.SplitAsync(CancellationToken.None);
            return (script, script.Text);
        }
        catch (Exception exception) when (exception is GateException or IOException or UnauthorizedAccessException)
        {
            return (null, "");
        }
    }

    static async Task<RestoreTestRecord?> RestoreTestAsync(GateContext context)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            return await context.Services.Evidence.NewestRestoreTestAsync(context, limit.Token);
        }
        catch (Exception exception) when (exception is GateException or OperationCanceledException)
        {
            return null;
        }
    }
}
