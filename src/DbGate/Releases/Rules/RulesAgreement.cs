using DbGate.Configuration.Rules;

namespace DbGate.Releases.Rules;

/// <summary>Which rules hold when the evidence log and the database each keep some. Pure.</summary>
/// <param name="InForce">The newer ones; of the same release, rule by rule the stricter value; null when neither keeps any.</param>
/// <param name="Difference">How the two disagree; null when they do not.</param>
sealed record RulesAgreement(LastRules? InForce, string? Difference)
{
    /// <param name="log">Those of the evidence log; null when it has none.</param>
    /// <param name="kept">Those of the database; null when it has none.</param>
    /// <param name="loggedThen">The digest that the log has in the record which the database names; null when the log has no rules
    /// there.</param>
    public static RulesAgreement Decide(LastRules? log, KeptRules? kept, string? loggedThen)
    {
        if (kept is null)
        {
            return new(log, null);
        }

        if (kept.Rules.Read() is not { } rules)
        {
            return new(log, $"the rules that the database keeps, of record {kept.Record}, do not have the digest that is stored with them");
        }

        var ofDatabase = new LastRules(rules, kept.Record);
        if (log is null)
        {
            return new(ofDatabase, $"the evidence log has no rules; the database keeps those of record {kept.Record}");
        }

        if (kept.Record > log.Record)
        {
            return new(
                ofDatabase,
                $"the newest rules of the evidence log are of record {log.Record}; the database keeps those of record {kept.Record}");
        }

        // An older record of the database is no fault: the release wrote the log, and could not write here.
        return loggedThen == kept.Rules.Digest ? new(log, null)
            : new(
                kept.Record == log.Record ? new LastRules(Stricter(log.Rules, rules), log.Record) : log,
                $"record {kept.Record} of the evidence log {(loggedThen is null ? "holds no rules" : "holds other rules")} than the "
                    + "database keeps of it");
    }

    static RuleSet Stricter(RuleSet one, RuleSet other)
    {
        var values = new Dictionary<string, RuleValue>(StringComparer.Ordinal);
        foreach (var name in one.Values.Keys.Union(other.Values.Keys))
        {
            var chosen = RuleOrder.IsWeaker(name, one.Find(name), other.Find(name)) ? other : one;
            if (chosen.Values.TryGetValue(name, out var value))
            {
                values[name] = value;
            }
        }

        return new RuleSet(values);
    }
}
