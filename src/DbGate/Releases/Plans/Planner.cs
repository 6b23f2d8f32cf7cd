using DbGate.Configuration;
using DbGate.Releases.Approvals;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Deploys;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Evidence;
using DbGate.Releases.Rehearsals;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Releases.Plans;

/// <summary>A plan, and what speaks against it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Catalog">The target's objects, which the plan holds by their digest.</param>
/// <param name="Problems">What speaks against it.</param>
sealed record PlanDraft(Plan Plan, CatalogSnapshot Catalog, IReadOnlyList<Problem> Problems);

/// <summary>Makes plans: reads the target, the folder and what the run has proved. Writes nothing.</summary>
static class Planner
{
    /// <summary>Where the tool has just printed its SQL, its program and its project are there; what is left is the address.</summary>
    static async Task<IReadOnlyList<Problem>> UnreachedAsync(
        GateContext context, MigrationProject project, MigrationStatus status, SqlReading reading, CancellationToken cancellationToken)
    {
        if (reading.Unread is not null
            || !status.Pending.Any()
            || context.Settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct)
        {
            return [];
        }

        var url = context.Target.DirectUrl;
        return await project.Tool.ProbeAsync(
            project.Command(context.Settings), ProbedTarget.From(project.Root, url, TargetVariable.From(context.Settings)),
            [.. status.Pending.Select(entry => entry.Name)], cancellationToken) is { } problem ? [problem] : [];
    }

    public static async Task<PlanDraft> DraftAsync(GateContext context, CancellationToken cancellationToken)
    {
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        var backup = context.State.Backup
            ?? await context.Services.Evidence.NewestVerifiedAsync(context, connection.Identity, cancellationToken);
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        var schema = context.Target.DirectUrl.Schema;
        var ledger = await project.ReadLedgerAsync(connection.Session, schema, cancellationToken);
        var status = MigrationStatus.Decide(folder, ledger);

        var rules = EngineRules.From(context.Settings, project);
        ExecutedSql.Provide(context.State.Rehearsal, status);
        var reading = await project.ReadSqlAsync(context.Settings, context.Target.DirectUrl, status, cancellationToken);
        var pending = await Scripts.ReadPendingAsync(status, rules, cancellationToken);
        var commands = project.Commands(context.Settings, context.Target.DirectUrl, ledger);
        var proof = context.State.Rehearsal;
        var baseline = backup is not null && context.State.Backup == backup ? context.State.Baseline : null;
        var catalog = await CatalogSnapshot.ReadAsync(connection.Session, DriftPolicy.Read(context), cancellationToken);
        var writes = await DatabaseWrites.ReadAsync(connection.Session, cancellationToken);
        var rehearsal = proof is null ? null : WithWrites(proof.Rehearsal, baseline?.Writes);
        var forecast = Forecaster.Foretell(folder, ledger, commands, rules, [.. pending.Select(file => (file.File.Name, file.Script))]);
        var (lint, waived, unread, unproven) = await LintAsync(
            context, status, pending, rules, connection.Session.ServerMajor, cancellationToken);
        rehearsal = rehearsal is null || unproven.Count == 0 ? rehearsal : rehearsal with { Unproven = unproven };
        var problems = context.Waive(
        [
            .. MigrationFindings.From(folder, ledger, status, commands, beforeDeploy: true),
            .. reading.Problems,
            .. await UnreachedAsync(context, project, status, reading, cancellationToken),
            .. await RecordedFiles.FindAsync(context, connection.Identity, folder, status, cancellationToken),
            .. await Migrations.Tools.StatusCommand.FindAsync(context.Settings, context.Target.DirectUrl, status, cancellationToken),
            .. lint,
            .. status.Pending.Any() && baseline is not null && CatalogComparison.Between(baseline.Catalog, catalog) is { Count: > 0 } moved
                ? [EvidenceProblems.SchemaMoved([.. moved.Select(difference => difference.AsEffect())])]
                : Array.Empty<Problem>(),
            .. ClockSkews.From(connection.Facts.ServerTime, context.Clock),
        ]);
        if (forecast.Outcome == ForecastOutcome.Fails && !problems.Any(problem => problem.IsBlocking))
        {
            problems = [.. problems, EvidenceProblems.WillFail(forecast, Forecaster.FixOf(forecast, folder, ledger, commands))];
        }

        var now = (await connection.Session.ScalarAsync<DateTimeOffset>("select clock_timestamp()", cancellationToken)).ToUniversalTime();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        var test = await context.Services.Evidence.NewestRestoreTestAsync(context, cancellationToken);
        PlanRuleChange[] changes =
        [
            .. context.Settings.Rules.Changes.Select(PlanRuleChange.From),
            .. context.IsProduction ? waived.Select(waiver => new PlanRuleChange("lint waiver", "–", waiver, null)) : [],
        ];
        var plan = new Plan
        {
            RequestedBy = Actors.From(context.Settings),
            AlsoRequestedBy = Actors.OthersOf(context.Settings) is { Count: > 0 } others ? others : null,
            CreatedAt = now,
            ExpiresAt = now + context.Settings.Get(PlanSettings.Expiry),
            Promise = PlanPromises.From(
                context, connection.Identity, project, ledger, status, PlanPromises.From(backup, baseline?.Writes, writes), catalog),
            Migrations = [.. pending.Select(file => new PlannedMigration(file.File.Name, file.Script.Text))],
            Forecast = forecast,
            Findings = [.. problems.Select(Finding)],
            Rehearsal = rehearsal,
            Compatibility = Interruptions.From(context.State.Compatibility),
            Drift = proof?.Drift,
            RollbackOptions = RollbackOptions.From(
                context.Target, commands, context.Settings.Root, backup, test, rehearsal, pending.Select(file => file.File),
                written: writes?.Since(baseline?.Writes?.Total)),
            RulesChanged = changes is [] ? null : changes,
            ApprovalsRequired = 0,
            NotChecked = [.. NotChecked(context, backup, test, rehearsal, unread)],
            Waivers = [
                .. waived,
                .. context.WaiversUsed.Select(waiver =>
                    $"{waiver.Check} ({waiver.Scope}) by {waiver.Who} until {waiver.Expires:yyyy-MM-dd}: {waiver.Reason}")],
        };
        var required = ApprovalPolicy.Read(context.Settings, context.Environment).RequiredFor(plan.MayLoseData);
        required = Math.Max(required, changes is [] && plan.Compatibility?.Interruption is null ? 0 : 1);
        return new PlanDraft(plan with { ApprovalsRequired = required }, catalog, problems);
    }

    /// <summary>A loss that no query can count again is compared by what was written to its table.</summary>
    static PlanRehearsal WithWrites(PlanRehearsal rehearsal, DatabaseWrites? before) => rehearsal with
    {
        Losses = [.. rehearsal.Losses.Select(loss => WithWrites(loss, before))],
        NothingLost = rehearsal.NothingLost is { } none ? [.. none.Select(loss => WithWrites(loss, before))] : null,
    };

    static PlanLoss WithWrites(PlanLoss loss, DatabaseWrites? before) =>
        loss with { Writes = loss.Table is { } table && before?.Tables.TryGetValue(table, out var rows) == true ? rows : null };

    /// <summary>The earlier files only tell types and keys: one that cannot be read makes the rules blind, and does not block.</summary>
    static async Task<(
        IReadOnlyList<Problem> Problems, IReadOnlyList<string> Waived, string? Unread, IReadOnlyList<string> Unproven)> LintAsync(
        GateContext context, MigrationStatus status, IReadOnlyList<MigrationScript> pending, EngineRules rules, int server,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<MigrationScript> applied = [];
        string? unread = null;
        try
        {
            applied = await Scripts.ReadAsync(Scripts.Applied(status), cancellationToken);
        }
        catch (GateException exception)
        {
            unread = $"what the rules say with the earlier migrations in mind: {exception.Problem.Message}";
        }

        var report = Linter.Lint(
            applied.Select(file => file.Script),
            pending.Select(file => file.Script),
            rules.For,
            DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime),
            server);
        if (!rules.SendsFilesRaw)
        {
            // The direct engine does not send it.
            report = report.Where(problem => problem.Code != Migrations.Lint.Rules.ByteOrderMark.MarkCode);
        }

        if (context.State.Rehearsal?.Report.IsOfEmptyDatabase == true)
        {
            report = LockFindings.Omit(report);
        }

        var unproven = context.State.Rehearsal is { Report.IsOfEmptyDatabase: false } rehearsed
            ? Unproven(report, rules, rehearsed.Rehearsal)
            : []; // without a row there is nothing to lose
        report = context.State.Rehearsal is { } proof ? LintReconciler.Weigh(report, proof.Report) : report;
        if (report.Problems.Any(IsOfLockTimeout) && await SetsLockTimeoutAsync(context, pending, cancellationToken))
        {
            report = report.Where(problem => !IsOfLockTimeout(problem));
        }

        return (
            [.. report.Problems.Select(problem => context.State.Rehearsal is null ? problem : LeftToApprovers(problem))],
            [.. report.Waived.Select(waived =>
                $"{waived.Problem.Code.Id} ({waived.Problem.Location}) until {waived.Until:yyyy-MM-dd}: {waived.Reason}")],
            unread,
            unproven);
    }

    /// <summary>What the statements of the plan do that a rehearsal does not prove, by place.</summary>
    static IReadOnlyList<string> Unproven(LintReport report, EngineRules rules, PlanRehearsal rehearsal) =>
    [
        .. from migration in report.Migrations
           let rehearsed = rehearsal.Migrations.FirstOrDefault(one => migration.Script.File.Contains(one.Name, StringComparison.Ordinal))
           let isCompared = rules.Engine == DeployEngineKind.Direct && rehearsed?.Writes is not null
           let updates = rehearsed?.Writes?.Any(table => table.Updated > 0) == true
           from found in UnprovenStatements.Find(migration, isCompared, updates)
           select $"{migration.Script.Locate(found.Statement.Source)}: {found.Why}",
    ];

    static bool IsOfLockTimeout(Problem problem) => problem.Code == Migrations.Lint.Rules.LockTimeout.MissingCode;

    /// <summary>A command of the project's own has no lock_timeout while an index is built CONCURRENTLY.</summary>
    static async Task<bool> SetsLockTimeoutAsync(
        GateContext context, IReadOnlyList<MigrationScript> pending, CancellationToken cancellationToken) =>
        (context.Settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct
            || !pending.Any(file => file.Script.Text.Contains("concurrently", StringComparison.OrdinalIgnoreCase)))
        && await DeployTimeouts.LimitLocksAsync(context.Target.DirectUrl, LockOptions.From(context.Settings), cancellationToken);

    /// <summary>A loss that the rehearsal has counted is for the approvers to accept by its number, not for a waiver.</summary>
    static Problem LeftToApprovers(Problem problem) =>
        problem.IsBlocking && LintReconciler.IsOfLoss(problem.Code) ? problem with { Severity = Severity.Warning } : problem;

    static PlanFinding Finding(Problem problem) =>
        new(problem.Code.Id, problem.Severity.ToString().ToLowerInvariant(), problem.Message, problem.Location?.ToString(), problem.Cause,
            problem.Fix?.ToString());

    static IEnumerable<string> NotChecked(
        GateContext context, BackupProof? backup, RestoreTestRecord? test, PlanRehearsal? rehearsal, string? unread)
    {
        if (backup is null)
        {
            yield return "a backup: none belongs to this plan; the deploy takes or demands one";
        }

        foreach (var text in CompatibilityNotes.From(context.State.Compatibility, context.IsProduction))
        {
            yield return text;
        }

        foreach (var text in context.State.Rehearsal?.NotChecked ?? [])
        {
            yield return text;
        }

        if (rehearsal is null)
        {
            yield return "the migrations on real data: not rehearsed, so locks, times and lost rows are not measured";
        }

        if (rehearsal is null)
        {
            yield return "drift: the live catalog was not compared with what the applied migrations give";
        }

        if (test?.RestoreTime is null && rehearsal is null)
        {
            yield return "the time to restore: no restore test or rehearsal has measured it";
        }

        if (unread is not null)
        {
            yield return unread;
        }

        if (context.State.Guard is null)
        {
            yield return "forbid-db-push did not run in this run; the deploy runs it";
        }
    }
}
