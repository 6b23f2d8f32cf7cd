using DbGate.Backups;
using DbGate.Configuration.Rules;
using DbGate.Evidence.Log;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Evidence.Rules;

/// <summary>Left when the rules of a production run are known.</summary>
/// <param name="Last">Those of the last release that passed; null before the first one.</param>
sealed record RulesProof(LastRules? Last);

/// <summary>Puts the rules in force before the first step of a production run.</summary>
static class RulesOfRun
{
    // A store that does not answer must not hold a step that needs no store.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Reads the rules of the last release, once in a run, and judges the commit by them.</summary>
    /// <returns>What could not be checked; null when everything was.</returns>
    /// <exception cref="GateException">The log cannot be read, or is damaged, and the step leaves evidence.</exception>
    public static async Task<string?> EnsureAsync(GateContext context, StepDescriptor step, CancellationToken cancellationToken)
    {
        if (!context.IsProduction || context.Proof<RulesProof>() is not null || !step.LeavesReport)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Deadline);
        try
        {
            var last = await FindAsync(context, step.IsRecorded ? cancellationToken : limit.Token);
            context.Judge(context.Settings.JudgedBy(last is null ? RuleBasis.FirstRelease : RuleBasis.LastRelease, last?.Rules ?? RuleSet.Empty));
            context.Prove(new RulesProof(last));
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
        .. rules.Changes.Select(change => $"rule changed by this release, to be approved: {Describe(change)}"),
        .. rules.Held.Select(change => $"rule of the commit without effect: {Describe(change)}"),
    ];

    public static string Describe(RuleChange change) =>
        $"{change.Name}: {change.Before} → {change.After}{(change.Location is { } location ? $" ({location})" : "")}";

    /// <summary>A policy file states the rules, whatever became of the log.</summary>
    static bool HasPolicy(GateContext context) => context.Settings.Find(Configuration.SettingsCatalog.PolicyFile) is not null;

    static string Unknown(GateContext context, string why)
    {
        context.Judge(context.Settings.JudgedBy(RuleBasis.Defaults, RuleSet.Empty));
        return $"the rules of the last release: {why}; the defaults hold, and what is stricter";
    }

    static async Task<LastRules?> FindAsync(GateContext context, CancellationToken cancellationToken)
    {
        var key = BackupRequests.Key(context.Settings);
        var log = Recorder.LogOf(context);
        var environment = context.Environment.ToString().ToLowerInvariant();
        var last = await LastRules.FindAsync(log, environment, key, cancellationToken);
        return last is null && !HasPolicy(context) && await Leftovers.FindAsync(context, log, cancellationToken) is { } leftover
            ? throw new GateException(EvidenceProblems.LogIsEmpty(leftover))
            : last;
    }
}
