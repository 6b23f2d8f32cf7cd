using DbGate.Backups;
using DbGate.Configuration.Rules;
using DbGate.Releases.Evidence;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Releases.Rules;

/// <summary>Left when the rules of a production run are known.</summary>
/// <param name="Last">Those of the last release that passed; null before the first one.</param>
sealed record RulesProof(LastRules? Last);

/// <summary>Left when the rules that the database keeps are those of the evidence log.</summary>
/// <param name="Kept">Null where it keeps none.</param>
sealed record KeptRulesProof(KeptRules? Kept);

/// <summary>Puts the rules in force before the first step of a production run.</summary>
static class RulesOfRun
{
    /// <summary>The beginning of a line about a rule that the commit changes; it was checked, and waits for the approval.</summary>
    internal const string Changed = "rule changed by this release";

    const string Production = "production";

    // A store that does not answer must not hold a step that needs no store.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Reads the rules of the last release, once in a run, and judges the commit by them.</summary>
    /// <returns>What could not be checked; null when everything was.</returns>
    /// <exception cref="GateException">
    /// The log cannot be read, or is damaged, and the step leaves evidence; DBG0584: the database keeps other rules; DBG0585: it is
    /// production's.
    /// </exception>
    public static async Task<string?> EnsureAsync(GateContext context, StepDescriptor step, CancellationToken cancellationToken)
    {
        if (!context.IsProduction)
        {
            await DemandNamedAsync(context, step, cancellationToken);
            return null;
        }

        var unknown = context.State.Rules is null && step.LeavesReport ? await ReadLogAsync(context, step, cancellationToken) : null;
        if (step.DemandsKeptRules && context.State.KeptRules is null && context.State.Rules is { } proof)
        {
            await DemandAgreementAsync(context, proof.Last, cancellationToken);
        }

        return unknown;
    }

    static async Task<string?> ReadLogAsync(GateContext context, StepDescriptor step, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Deadline);
        try
        {
            var last = await FindAsync(context, step.IsRecorded ? cancellationToken : limit.Token);
            context.Judge(
                context.Settings.JudgedBy(last is null ? RuleBasis.FirstRelease : RuleBasis.LastRelease, last?.Rules ?? RuleSet.Empty));
            context.Update(state => state with { Rules = new RulesProof(last) });
            return null;
        }
        catch (GateException exception) when (!step.IsRecorded || step.IsForRecovery)
        {
            return Unknown(context, exception.Problem.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unknown(context, $"the store did not answer within {Deadline.TotalSeconds:0} s");
        }
    }

    /// <summary>The rules that the commit would make weaker, and that hold already or will after this release.</summary>
    public static IEnumerable<string> Describe(RulesInForce rules) =>
    [
        .. rules.Changes.Select(change => $"{Changed}, to be approved: {Describe(change)}"),
        .. rules.Held.Select(change => $"rule of the commit without effect: {Describe(change)}"),
    ];

    public static string Describe(RuleChange change) =>
        $"{change.Name}: {change.Before} → {change.After}{(change.Location is { } location ? $" ({location})" : "")}";

    static async Task DemandAgreementAsync(GateContext context, LastRules? log, CancellationToken cancellationToken)
    {
        var kept = await KeptRules.ReadAsync(await context.SessionAsync(cancellationToken), NameOf(context), cancellationToken);
        var then = kept is null || log is null || kept.Record > log.Record ? null
            : kept.Record == log.Record ? RecordedRules.DigestOf(log.Rules)
            : await LastRules.FindDigestAsync(
                EvidenceWriter.LogOf(context), kept.Record, BackupRequests.Key(context.Settings), cancellationToken);
        var agreement = RulesAgreement.Decide(log, kept, then);
        if (agreement.Difference is { } difference)
        {
            // For what this run still displays; the proof stays that of the log, so that the next step is refused too.
            context.Judge(context.Settings.JudgedBy(RuleBasis.LastRelease, agreement.InForce?.Rules ?? RuleSet.Empty));
            throw new GateException(EvidenceProblems.RulesDiffer(difference, context.Target.DirectUrl.Database));
        }

        context.Update(state => state with { KeptRules = new KeptRulesProof(kept) });
    }

    /// <summary>A database that keeps rules of production is production's, whatever a commit calls it.</summary>
    static async Task DemandNamedAsync(GateContext context, StepDescriptor step, CancellationToken cancellationToken)
    {
        if (step.DemandsKeptRules
            && !context.Settings.Sources.IsEnvironmentOfRun
            && context.State.KeptRules is null
            && context.FindTarget() is { } target)
        {
            if (await KeptRules.ReadAsync(await context.SessionAsync(cancellationToken), Production, cancellationToken) is not null)
            {
                throw new GateException(Configuration.RuleProblems.ProductionUnnamed(
                    target.Url.Redacted, NameOf(context), "schema dbgate of this database keeps the rules of production"));
            }

            context.Update(state => state with { KeptRules = new KeptRulesProof(null) });
        }
    }

    /// <summary>A policy file states the rules, whatever became of the log.</summary>
    static bool HasPolicy(GateContext context) => context.Settings.Find(Configuration.PlanSettings.PolicyFile) is not null;

    static string NameOf(GateContext context) => context.Environment.ToString().ToLowerInvariant();

    static string Unknown(GateContext context, string why)
    {
        context.Judge(context.Settings.JudgedBy(RuleBasis.Defaults, RuleSet.Empty));
        return $"the rules of the last release: {why}; the defaults hold, and what is stricter";
    }

    static async Task<LastRules?> FindAsync(GateContext context, CancellationToken cancellationToken)
    {
        var key = BackupRequests.Key(context.Settings);
        var log = EvidenceWriter.LogOf(context);
        var last = await LastRules.FindAsync(log, NameOf(context), key, cancellationToken);
        return last is null && !HasPolicy(context) && await Leftovers.FindAsync(context, log, cancellationToken) is { } leftover
            ? throw new GateException(EvidenceProblems.LogIsEmpty(leftover))
            : last;
    }
}
