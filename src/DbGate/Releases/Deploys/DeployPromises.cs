using DbGate.Configuration;
using DbGate.Migrations.Tools;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements.Parsing;

namespace DbGate.Releases.Deploys;

/// <summary>
/// What a plan promises about the database's objects and about lost data, verified directly before the first statement of its deploy.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="plan">The plan; null where nothing was promised.</param>
/// <param name="rehearsal">What the migrations did to the restored backup; null without a rehearsal.</param>
/// <param name="catalog">The target's objects when the plan was compared.</param>
sealed class DeployPromises(GateContext context, PlanFile? plan, PlanRehearsal? rehearsal, CatalogSnapshot catalog)
{
    readonly CommitCheck? commits = rehearsal is null || context.Settings.Get(MigrationSettings.Engine) != DeployEngineKind.Direct
        ? null
        : new(
            rehearsal,
            $"{QualifiedName.Quote(context.Target.DirectUrl.Schema)}.{LedgerReader.Table}",
            new(
                "Find out what makes it act differently there; then make a new plan and have it approved",
                PlannedEngine.Release(context.Environment.ToString().ToLowerInvariant(), "direct")));

    IReadOnlyList<Fact> verified = [];

    /// <summary>Compares each transaction of the direct engine with the rehearsal; null without one, and for a command.</summary>
    public ICommitCheck? Commits => commits;

    /// <summary>What was verified, with its numbers.</summary>
    public IReadOnlyList<Fact> Facts => [.. verified, .. Compared];

    IEnumerable<Fact> Compared => commits is { Compared: > 0 and var number }
        ? [new Fact("compared", $"rows written by {number} {(number == 1 ? "migration" : "migrations")}, before the commit")]
        : [];

    /// <summary>
    /// False for rows that code deletes, which no query outside of the migration can count, where they are compared before the commit.
    /// </summary>
    bool IsCounted(PlanLoss loss) =>
        (loss.Recount is { } recount && recount.AtMost == loss.Number)
        || !loss.Name.StartsWith(nameof(DataLossKind.RowsDeleted), StringComparison.Ordinal)
        || commits is null || plan is null || !plan.Plan.Promise.Pending.All(migration => commits.Knows(migration.Name));

    /// <param name="engine">The session that deploys, where DbGate has it; null where the project's own command opens one.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0510, DBG0532: exit 11, nothing was changed; or no connection.</exception>
    public async Task VerifyAsync(Session? engine, CancellationToken cancellationToken)
    {
        if (plan is null)
        {
            return;
        }

        var start = context.Clock.GetTimestamp();
        await using var own = engine is null
            ? await Session.OpenAsync(
                context.Target.DirectUrl,
                SessionOptions.Default with { CommandTimeout = context.Settings.Get(MigrationSettings.DeployTimeout) }, cancellationToken)
            : null;
        var session = engine ?? own!;
        var now = await CatalogSnapshot.ReadAsync(session, DriftPolicy.Read(context), cancellationToken);
        if (CatalogComparison.Between(catalog, now) is { Count: > 0 } moved)
        {
            throw new GateException(
                EvidenceProblems.PlanMoved(
                    plan, plan.Plan.Promise, [.. moved.Select(difference => $"since the plan was made: {difference.AsEffect()}")]));
        }

        PlanLoss[] promised = [.. plan.Plan.Losses.Concat(plan.Plan.Rehearsal?.NothingLost ?? []).Where(IsCounted)];
        Fact[] compared =
        [
            .. plan.Plan.Losses.Where(loss => !IsCounted(loss))
                .Select(loss => new Fact("loss counted again", $"{loss.Name}: its rows are compared before the commit")),
        ];
        if (promised.Length == 0)
        {
            verified = [new Fact("verified", "the schema is the planned one, read directly before the first statement"), .. compared];
            return;
        }

        await session.ExecuteAsync(
            "select set_config('search_path', $1, false)", cancellationToken, Sql.Identifier(context.Target.DirectUrl.Schema));
        var before =
            promised.Where(loss => loss is { Table: not null, Writes: not null })
                .DistinctBy(loss => loss.Table)
                .ToDictionary(loss => loss.Table!, loss => loss.Writes!.Value);
        var recount = await PromisedLosses.CountAsync(session, promised, before, cancellationToken);
        if (recount.Exceeded.Count > 0)
        {
            throw new GateException(EvidenceProblems.LossesGrew(plan, recount.Exceeded));
        }

        var took = context.Clock.GetElapsedTime(start);
        var when =
            engine is null
                ? "before the command began, in a snapshot of their own; the command takes its lock later, so that rows which came "
                    + "in between are not counted"
                : "before the first statement, on its connection and in a snapshot of their own";
        verified =
        [
            new Fact("verified", $"the schema is the planned one; the losses were counted again within {took.TotalSeconds:0.0} s {when}"),
            .. recount.Counted.Select(words => new Fact("loss counted again", words)),
            .. compared,
        ];
    }
}
