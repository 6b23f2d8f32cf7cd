using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>Ledger and folder agree. Reads the table itself: <c>prisma migrate status</c> exits 0 on states that must block.</summary>
/// <param name="beforeDeploy">True when pending migrations are what is about to be deployed, and no fault.</param>
sealed class MigrationsCheck(bool beforeDeploy = false) : ICheck
{
    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0201", "migrations", "Every migration is applied, and as it was written",
        "deploy what is pending; docs tell what to do about each other state");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var reading = Task.Run(() => project.ReadFolder(), cancellationToken);
        var session = await context.SessionAsync(cancellationToken);
        var ledger = await project.ReadLedgerAsync(session, context.Target.Url.Schema, cancellationToken);
        var folder = await reading;
        var status = MigrationStatus.Decide(folder, ledger);
        var problems =
            MigrationFindings.From(
                folder, ledger, status, project.Commands(context.Settings, context.Target.DirectUrl, ledger), beforeDeploy);
        problems = beforeDeploy ? project.WithoutUnread(context.Settings, problems) : problems;
        if (beforeDeploy && status.Pending.Any())
        {
            problems = [.. problems, .. await DeployTools.ExamineAsync(context, cancellationToken)];
        }

        var sentence = MigrationFindings.Sentence(folder, ledger, status, beforeDeploy);
        return problems.Any(problem => problem.IsBlocking)
            ? CheckResult.Failed(
                sentence.StartsWith("Migration issues", StringComparison.Ordinal)
                    ? sentence
                    : $"Migration issues: {problems.First(problem => problem.IsBlocking).Message}", problems)
            : CheckResult.Passed(sentence, problems);
    }
}
