using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Deploy.Queue;
using DbGate.Migrations.Drift;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Deploys;
using DbGate.Releases.Evidence;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Targets;
using LockHolder = DbGate.Migrations.Deploy.Queue.LockHolder;

namespace DbGate.Gates.Steps;

/// <summary>
/// Deploys under DbGate's own advisory lock. It believes no dependency list: what must have passed is read from the evidence of this
/// run, or done again here, so that <c>--exclusive</c> is no way round.
/// </summary>
sealed class MigrateDeployStep
    : IProduces<BackupProof>, IProduces<BackupBaseline>, IProduces<ReleaseProof>, IProduces<DeployProof>, IProduces<FailedDeployProof>,
      IPreviewedStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("migrate-deploy") with
    {
        IsRecorded = true,
        DemandsKeptRules = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> PreviewAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        var ledger = await project.ReadLedgerAsync(connection.Session, context.Target.DirectUrl.Schema, cancellationToken);
        var status = MigrationStatus.Decide(folder, ledger);
        return new StepResult
        {
            Summary = MigrationFindings.Sentence(folder, ledger, status, beforeDeploy: true),
            Facts = [.. status.Pending.Select(entry => new Fact("pending", entry.Name))],
            Problems =
            [
                .. project.WithoutUnread(
                    context.Settings,
                    MigrationFindings.From(
                        folder, ledger, status, project.Commands(context.Settings, context.Target.DirectUrl, ledger), beforeDeploy: true)),
            ],
        };
    }

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var engine = Deployment.Engine(context.Settings, project, context.Clock);
        await Preconditions.DemandAsync(context, cancellationToken);

        var reading = Task.Run(() => project.ReadFolder(), cancellationToken);
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        await using var deployLock = await AdvisoryLock.AcquireAsync(connection.Session, "deploy", cancellationToken);
        var folder = await reading;
        var schema = context.Target.DirectUrl.Schema;
        var before = await project.ReadLedgerAsync(connection.Session, schema, cancellationToken);
        var status = MigrationStatus.Decide(folder, before);
        var problems =
            MigrationFindings.From(
                folder, before, status, project.Commands(context.Settings, context.Target.DirectUrl, before), beforeDeploy: true);
        problems =
        [
            .. project.WithoutUnread(context.Settings, problems),
            .. await RecordedFiles.FindAsync(context, connection.Identity, folder, status, cancellationToken),
            .. await Migrations.Tools.StatusCommand.FindAsync(context.Settings, context.Target.DirectUrl, status, cancellationToken),
        ];
        var pending = status.Pending.Count();
        var invalid = await InvalidIndexes.ReadAsync(connection.Session, cancellationToken);
        problems = invalid.Count > 0 ? [.. problems, DeployProblems.InvalidIndexes(invalid, isNew: false)] : problems;
        if (context.Waive(problems) is var left && left.Any(problem => problem.IsBlocking))
        {
            return new StepResult { Summary = MigrationFindings.Sentence(folder, before, status), Problems = [.. left] };
        }

        if (pending == 0)
        {
            if (context.Settings.Rules.Changes.Count > 0 && await PlanGate.ChooseAsync(context, cancellationToken) is { } rules)
            {
                var found = await CatalogSnapshot.ReadAsync(connection.Session, DriftPolicy.Read(context), cancellationToken);
                var planned = await PlanBackups.ReadAsync(context, rules, cancellationToken);
                var promise = PlanPromises.From(context, connection.Identity, project, before, status, planned, found);
                await DemandAsync(context, rules, [], promise, found, connection.Session, cancellationToken);
            }

            context.Produce(this, new DeployProof([]));
            return new StepResult { Summary = $"nothing to deploy: {MigrationFindings.Sentence(folder, before, status)}",
                Problems = [.. left] };
        }

        var plan = await PlanGate.ChooseAsync(context, cancellationToken);
        var isOwn = plan is null;
        if (plan is null && context.Environment != TargetEnvironment.Development)
        {
            (plan, var foundProblems) = await PlanGate.DraftAsync(context, cancellationToken);
            if (foundProblems.Any(problem => problem.IsBlocking))
            {
                return new StepResult { Summary = $"{pending} pending, and the rules forbid to deploy them",
                    Problems = [.. foundProblems] };
            }
        }

        Migration[] files = [.. status.Pending.Select(entry => entry.File!)];
        var catalog = await CatalogSnapshot.ReadAsync(connection.Session, DriftPolicy.Read(context), cancellationToken);
        var approvals = plan is null
            ? null
            : await DemandAsync(
                context,
                plan,
                files,
                PlanPromises.From(
                    context, connection.Identity, project, before, status,
                    isOwn ? plan.Plan.Promise.Backup : await PlanBackups.ReadAsync(context, plan, cancellationToken), catalog),
                catalog,
                connection.Session,
                cancellationToken);
        var accepted = await Preconditions.DemandBackupAsync(context, connection.Identity, isOwn ? null : plan, cancellationToken);
        var backup = await FreshBackups.DemandAsync(this, context, connection.Session, accepted, cancellationToken);
        Fact[] evidence = [.. Evidence(plan, approvals, backup.Backup), .. backup.Facts];
        var rehearsal = plan is null ? context.State.Rehearsal?.Rehearsal : plan.Plan.Rehearsal;
        var promises = new DeployPromises(context, plan, rehearsal, catalog);
        var effect = await EffectCheck.PrepareAsync(context, connection.Session, plan, catalog, cancellationToken);
        var yielding = await WaitForLocksAsync(context, connection.Session, rehearsal, files, cancellationToken);
        await EvidenceWriter.BeginAsync(
            context, Descriptor, string.Join(", ", status.Pending.Select(entry => entry.Name)), evidence, cancellationToken);

        using var bar = context.Services.Progress.Begin($"deploy {pending} {(pending == 1 ? "migration" : "migrations")}", null);
        var report =
            await DeployFailures.ExplainedAsync(
                this, context, project, folder, backup, rehearsal,
                () =>
                    Deployment.RunAsync(context, engine, project, folder, connection.Session, before, promises.VerifyAsync,
                    promises.Commits, cancellationToken));
        context.Produce(this, new DeployProof(report.Applied));
        var unrecorded = await RecordedFiles.WriteAsync(context, connection.Identity, folder, report.After);
        var comparison = await RehearsalComparison.ReadAsync(effect, connection.Session, rehearsal, report.Timings, cancellationToken);
        return new StepResult
        {
            Summary = $"{report.Applied.Count} applied, {report.Sentence}",
            Problems =
            [
                .. left,
                .. report.LeftInvalid.Count > 0 ? [DeployProblems.InvalidIndexes(report.LeftInvalid, isNew: true)] : Array.Empty<Problem>(),
                .. comparison.Problems,
                .. unrecorded is null ? Array.Empty<Problem>() : [unrecorded],
            ],
            NotChecked = [.. comparison.NotChecked],
            Outputs = [
                .. plan is null ? Array.Empty<Fact>() : [new Fact("digest", plan.Digest)],
                new Fact("applied", string.Join('\n', report.Applied))],
            Facts =
            [
                new Fact("engine", report.Engine),
                new Fact("timeouts", report.Timeouts),
                .. yielding.Select(holder => new Fact("will yield", holder.InWords)),
                .. report.Retries == 0
                    ? Array.Empty<Fact>()
                    : [new Fact(
                        "gave way",
                        $"{report.Retries} {(report.Retries == 1 ? "time" : "times")} to another session's lock, and ran again")],
                .. evidence,
                .. promises.Facts,
                .. comparison.Facts,
                .. report.Applied.Select(name => new Fact("applied", Timed(name, report.Timings))),
            ],
        };
    }

    /// <summary>Waits until no one holds what the migrations will lock.</summary>
    static async Task<IReadOnlyList<LockHolder>> WaitForLocksAsync(
        GateContext context, Session session, PlanRehearsal? rehearsal, IReadOnlyList<Migration> pending,
        CancellationToken cancellationToken) =>
        await LockQueue.HoldsAnybodyAsync(session, cancellationToken)
            ? await LockQueue.WaitAsync(
                session,
                await LocksNeeded.OfAsync(rehearsal, pending, context.Target.DirectUrl.Schema, cancellationToken),
                context.Settings.Get(MigrationSettings.DeployLockWait),
                context.Services.Progress,
                cancellationToken)
            : [];

    async Task<ApprovalCount> DemandAsync(
        GateContext context, PlanFile plan, IEnumerable<Migration> pending, PlanPromise now, CatalogSnapshot catalog, Session session,
        CancellationToken cancellationToken)
    {
        context.Produce(this, new ReleaseProof(plan, IsStored: true, context.State.Release?.Approvals));
        var time = (await session.ScalarAsync<DateTimeOffset>("select clock_timestamp()", cancellationToken)).ToUniversalTime();
        var approvals = await PlanGate.DemandAsync(context, plan, now, catalog, pending, time, cancellationToken);
        context.Produce(this, new ReleaseProof(plan, IsStored: true, approvals));
        return approvals;
    }

    static IEnumerable<Fact> Evidence(PlanFile? plan, ApprovalCount? approvals, BackupProof? backup)
    {
        yield return new Fact(
            "backup", backup is null ? "none, as policy allows outside production" : $"{backup.Location} ({backup.Level})");
        if (plan is not null)
        {
            yield return new Fact("plan", plan.Digest);
        }

        if (approvals?.Counted.Count > 0)
        {
            yield return new Fact("approved by", string.Join(", ", approvals.Counted.Select(approval => approval.ShownBy)));
        }
    }

    static string Timed(string name, IReadOnlyList<(string Name, TimeSpan Time)> timings) =>
        timings.FirstOrDefault(timing => timing.Name == name) is { Name: not null } timing
            ? $"{name} ({timing.Time.TotalMilliseconds:0} ms)"
            : name;
}
