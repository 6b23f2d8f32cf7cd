using DbGate.Configuration;
using DbGate.Releases;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Reports;
using DbGate.Statements;
using DbGate.Targets;
using DbGate.Texts;

namespace DbGate.Gates.Steps;

/// <summary>Restores the backup that was just taken, and runs the pending migrations on that copy.</summary>
sealed class RehearseStep : IConsumes<BackupProof>, IProduces<RehearsalProof>, IProduces<FailedRehearsalProof>
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("rehearse") with
    {
        IsRecorded = true,
        DemandsKeptRules = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var policy = context.Settings.Get(RehearsalSettings.Policy);
        if (policy == RehearsalPolicy.Off)
        {
            return Skipped("switched off (setting rehearsal)");
        }

        if (await PlanGate.NamedAsync(context, cancellationToken) is { } plan)
        {
            return plan.Plan.Rehearsal is { } before
                ? new StepResult { Summary =
                    $"rehearsed when plan {plan.Digest[..8]} was made: "
                        + $"{TextSanitizer.Duration(TimeSpan.FromMilliseconds(before.Milliseconds))}" }
                : Skipped($"plan {plan.Digest[..8]} was made without a rehearsal");
        }

        var backup = context.Consume(this);
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        var ledger = await project.ReadLedgerAsync(connection.Session, context.Target.DirectUrl.Schema, cancellationToken);
        var status = MigrationStatus.Decide(folder, ledger);
        if (ledger.Refusal is { } refusal)
        {
            throw new GateException(refusal); // without its rows every migration would look pending
        }

        if (!status.Pending.Any())
        {
            return new StepResult { Summary = "nothing is pending" };
        }

        var rules = EngineRules.From(context.Settings, project);
        var unread = (await project.ReadSqlAsync(context.Settings, context.Target.DirectUrl, status, cancellationToken)).Unread;
        var mode = context.Settings.Get(RehearsalSettings.Mode);
        var code = status.Pending.FirstOrDefault(entry => !entry.File!.HasSql);
        var isCommand = rules.Engine != DeployEngineKind.Direct
            && (mode == RehearsalMode.Command || (mode == RehearsalMode.Auto && code is not null));
        var command = !isCommand
            ? null
            : new RehearsedCommand(context, project, [.. status.Pending.Select(entry => entry.File!)]);
        var isElsewhere = command is not null && context.Settings.Find(DatabaseSettings.TestDatabaseUrl) is { Text.Length: > 0 };
        if (isElsewhere || (code is not null && command is null))
        {
            var why = isElsewhere
                ? "a command is rehearsed only on a throwaway server, and TEST_DATABASE_URL is set"
                : $"{code!.Name} is code of {folder.Tool.Facts.Name}, and its SQL is not read: {unread}";
            return policy == RehearsalPolicy.Auto ? Skipped(why) : throw new GateException(ToolProblems.NotJudged(
                folder.Tool, $"what {code?.Name ?? "the command"} does", why,
                $"Set rehearsal to auto, and review the migration ({folder.Tool.Facts.Page})"));
        }

        var pending = command is null ? await Scripts.ReadPendingAsync(status, rules, cancellationToken) : [];
        var applied = Scripts.AllHaveSql(status) ? await Scripts.ReadAsync(Scripts.Applied(status), cancellationToken) : null;
        using var bar = context.Services.Progress.Begin(
            $"rehearse {status.Pending.Count()} {(status.Pending.Count() == 1 ? "migration" : "migrations")}", null);
        try
        {
            return Judge(
                context,
                await new RehearsalRun(context, connection.Session, rules, command).RunAsync(
                    backup, applied, pending, cancellationToken),
                rules, command);
        }
        catch (GateException exception) when (policy == RehearsalPolicy.Auto && EvidenceProblems.IsLackOfServer(exception.Problem))
        {
            return Skipped($"{exception.Problem.Message} ({exception.Problem.Fix})");
        }
    }

    StepResult Judge(GateContext context, RehearsalResult result, EngineRules rules, RehearsedCommand? command)
    {
        if (FailedRehearsal.From(result.Report, result.Scripts) is { } failed)
        {
            context.Produce(this, new FailedRehearsalProof(failed));
            var code = rules.IsDirect ? null : rules.Tool.CodeOf("DBG0560");
            throw new GateException(EvidenceProblems.RehearsalFailed(failed, result.Report.Failure!, code, result.Role));
        }

        context.Produce(
            this,
            new RehearsalProof(result.Plan, result.Drift, result.Report, result.NotChecked)
            {
                Executed = result.Observed is null
                    ? new Dictionary<string, SqlScript>()
                    : result.Scripts.ToDictionary(one => one.File.Name, one => one.Script),
            });
        var rehearsal = result.Plan;
        return new StepResult
        {
            Summary =
                $"{rehearsal.Migrations.Count} {(rehearsal.Migrations.Count == 1 ? "migration" : "migrations")} in "
                    + $"{TextSanitizer.Duration(TimeSpan.FromMilliseconds(rehearsal.Milliseconds))} on the restored backup, "
                + (rehearsal.Losses.Count == 0
                    ? "nothing lost"
                    : $"{rehearsal.Losses.Count} {(rehearsal.Losses.Count == 1 ? "loss" : "losses")}"),
            Facts =
            [
                new Fact("scratch", rehearsal.Server),
                new Fact("role", result.Role),
                .. result.Observed is { } observed
                    ? [
                        new Fact("command", $"{command!.Command} ({observed.Sessions} {(observed.Sessions == 1 ? "session" : "sessions")}, "
                            + $"{(observed.Network is null ? "no network but the scratch database" : "with this machine's network")})")]
                    : Array.Empty<Fact>(),
                new Fact("time to restore", TextSanitizer.Duration(TimeSpan.FromMilliseconds(rehearsal.RestoreMilliseconds))),
                .. rehearsal.Losses.Select(loss => new Fact("data loss", loss.Words)),
                .. result.Report.IsOfEmptyDatabase
                    ? [new Fact("locks", "not listed, and no findings about them: the database holds no rows")]
                    : rehearsal.Migrations.SelectMany(migration =>
                        migration.Locks.Select(held => new Fact("lock", $"{held.Mode} on {held.Table} by {migration.Name}"))),
                .. rehearsal.Load is { } load
                    ? load.Waits.Select(wait => new Fact("under load", wait))
                        .DefaultIfEmpty(new Fact("under load", $"nothing waited in {load.Operations} reads and writes"))
                    : [],
                .. rehearsal.Effects.Select(effect => new Fact("object", effect)),
                .. result.Drift is { Count: 0 }
                    ? [new Fact("drift", "none: the live catalog is what the applied migrations give")]
                    : Array.Empty<Fact>(),
            ],
            Problems = [
                .. result.Warning is { } warning ? [warning] : Array.Empty<Problem>(),
                .. result.Drift is { Count: > 0 } drift ? [EvidenceProblems.Drifted(drift)] : Array.Empty<Problem>()],
            NotChecked = [.. result.NotChecked],
        };
    }

    static StepResult Skipped(string why) =>
        new() { Summary = $"not rehearsed: {why}", NotChecked = [$"the migrations on real data: {why}"] };
}
