using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Reports;
using DbGate.Targets;

namespace DbGate.Gates.Steps;

/// <summary>Tests the queries of the running release against the schema that the pending migrations make.</summary>
sealed class CompatibilityStep : IConsumes<BackupProof>, IProduces<CompatibilityProof>
{
    const int Shown = 20;

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("compatibility") with
    {
        IsRecorded = true,
        DemandsKeptRules = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var policy = context.Settings.Get(CompatibilitySettings.Policy);
        if (policy == CompatibilityPolicy.Off)
        {
            return Untested(context, "switched off (setting compatibility)");
        }

        if (await PlanGate.NamedAsync(context, cancellationToken) is { } plan)
        {
            return plan.Plan.Compatibility is { } before
                ? new StepResult { Summary = $"tested when plan {plan.Digest[..12]} was made: {before.Tested} query shapes" }
                : Untested(context, $"plan {plan.Digest[..12]} was made without a test of the running release");
        }

        var backup = context.Consume(this);
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        var ledger = await project.ReadLedgerAsync(connection.Session, context.Target.DirectUrl.Schema, cancellationToken);
        var status = MigrationStatus.Decide(folder, ledger);
        if (ledger.Refusal is { } refusal)
        {
            throw new GateException(refusal);
        }

        if (!status.Pending.Any())
        {
            return new StepResult { Summary = "nothing is pending" };
        }

        var rules = EngineRules.From(context.Settings, project);
        _ = await project.ReadSqlAsync(context.Settings, context.Target.DirectUrl, status, cancellationToken);
        if (status.Pending.FirstOrDefault(entry => !entry.File!.HasSql) is { } code)
        {
            return Untested(context, $"{code.Name} is code of {folder.Tool.Facts.Name}, and its SQL is not read");
        }

        var renames = context.State.Rehearsal is { } rehearsed
            ? SupposedRenames.From(rehearsed.Report).Select(CompatibilityProblems.Renamed).ToArray()
            : [];
        var queries = await RunningReleaseQueries.CollectAsync(context, cancellationToken);
        if (queries.Queries.Count == 0)
        {
            return Untested(context, string.Join("; ", queries.Notes)) with { Problems = [.. renames] };
        }

        var pending = await Scripts.ReadPendingAsync(status, rules, cancellationToken);
        using var bar = context.Services.Progress.Begin($"test {queries.Queries.Count} queries of the running release", null);
        try
        {
            return Judge(
                context, policy, queries, renames,
                MeasuredPlans.Apply(
                    await new CompatibilityRun(context, connection.Session, rules).RunAsync(backup, queries, pending, cancellationToken),
                    context.State.Rehearsal?.Report.Plans));
        }
        catch (GateException exception) when (EvidenceProblems.IsLackOfServer(exception.Problem))
        {
            return Untested(context, $"{exception.Problem.Message} ({exception.Problem.Fix})");
        }
    }

    StepResult Judge(
        GateContext context, CompatibilityPolicy policy, QueryCollection queries, IReadOnlyList<Problem> renames,
        CompatibilityReport report)
    {
        var isAccepted = context.Settings.Get(CompatibilitySettings.Maintenance);
        context.Produce(this, new CompatibilityProof(report, null, isAccepted));
        return CompatibilityResult.From(context, policy, report, isAccepted, renames, Waits(context, queries, report));
    }

    /// <summary>Who meets the locks that the rehearsal measured.</summary>
    static IEnumerable<string> Waits(GateContext context, QueryCollection queries, CompatibilityReport report)
    {
        if (context.State.Rehearsal is not { } rehearsal)
        {
            return [];
        }

        var limit = context.Settings.Get(MigrationSettings.DeployLockTimeout);
        var oldest = queries.OldestTransaction ?? TimeSpan.Zero;
        return LockWaits.From(
                rehearsal.Report, report.Uses, queries.Seconds, queries.Activity,
                limit > TimeSpan.Zero && oldest > limit ? limit : oldest)
            .Take(Shown)
            .Select(LockWaitText.From);
    }

    StepResult Untested(GateContext context, string why)
    {
        var proof = new CompatibilityProof(null, why, false);
        context.Produce(this, proof);
        return new StepResult { Summary = $"not tested: {why}", NotChecked = [.. CompatibilityNotes.From(proof)] };
    }
}
