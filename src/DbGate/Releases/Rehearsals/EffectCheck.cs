using DbGate.Gates;
using DbGate.Migrations.Drift;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Plans;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// Compares the target's catalog after the deploy with the rehearsed effect: read directly before the deploy, and again after it.
/// </summary>
sealed class EffectCheck
{
    readonly GateContext context;
    readonly PlanRehearsal rehearsal;
    readonly CatalogDelta? effect;
    readonly CatalogSnapshot before;
    readonly IReadOnlyList<string> sql;

    EffectCheck(
        GateContext context, PlanRehearsal rehearsal, CatalogDelta? effect, CatalogSnapshot before, IReadOnlyList<string> sql) =>
        (this.context, this.rehearsal, this.effect, this.before, this.sql) = (context, rehearsal, effect, before, sql);

    /// <summary>To be called under the lock, before the deploy; null where nothing was rehearsed.</summary>
    /// <param name="context">The run.</param>
    /// <param name="live">On the target.</param>
    /// <param name="plan">The plan; null where there is none.</param>
    /// <param name="catalog">The target's objects now.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<EffectCheck?> PrepareAsync(
        GateContext context, Session live, PlanFile? plan, CatalogSnapshot catalog, CancellationToken cancellationToken)
    {
        var rehearsal = plan is null ? context.State.Rehearsal?.Rehearsal : plan.Plan.Rehearsal;
        if (rehearsal is null)
        {
            return null;
        }

        var effect =
            context.State.Rehearsal?.Report.Effect is { } own && RehearsedEffect.Digest(own) == rehearsal.EffectSha256 ? own
            : plan is null ? null
            : await PlanGate.PlansOf(context).ReadEffectAsync(plan, cancellationToken);
        return new(
            context, rehearsal, effect, await WithPrivilegesAsync(context, live, rehearsal, catalog, cancellationToken),
            [.. plan?.Plan.Migrations.Select(migration => migration.Sql) ?? []]);
    }

    /// <summary>Reads the target again.</summary>
    /// <returns>The fact of a deploy with the rehearsed effect, or the problem of another one.</returns>
    public async Task<(string Fact, Problem? Problem)> ReadAsync(Session live, CancellationToken cancellationToken)
    {
        var catalog = await CatalogSnapshot.ReadAsync(live, DriftPolicy.Read(context), cancellationToken);
        if (effect is null)
        {
            return CatalogDigest.From(catalog) == rehearsal.CatalogSha256
                ? ("the catalog is the rehearsed one", null)
                : ("", EvidenceProblems.UnlikeRehearsal(
                    "the catalog has another digest than the rehearsed one",
                    ["the file with the rehearsed objects is not in the store as the plan has it, so they are not named"]));
        }

        var verdict = EffectVerdict.From(
            effect, before, await WithPrivilegesAsync(context, live, rehearsal, catalog, cancellationToken), sql,
            rehearsal.ServerMajor is { } major && major != live.ServerMajor);
        return verdict.Reason is { } reason
            ? ("", EvidenceProblems.UnlikeRehearsal(reason, verdict.Differences))
            : ($"the catalog is the rehearsed one (effect {RehearsedEffect.Digest(effect)[..12]})", null);
    }

    static async Task<CatalogSnapshot> WithPrivilegesAsync(
        GateContext context, Session live, PlanRehearsal rehearsal, CatalogSnapshot catalog, CancellationToken cancellationToken) =>
        rehearsal.ComparesPrivileges == true
            ? catalog.With(await CatalogSnapshot.ReadPrivilegesAsync(live, DriftPolicy.Read(context), cancellationToken))
            : catalog;
}
