using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Configuration.Rules;

/// <summary>What a release is compared with.</summary>
enum RuleBasis
{
    /// <summary>Outside production: the commit's rules hold.</summary>
    Commit,

    /// <summary>No release has passed yet: the commit's rules hold, are displayed, and need an approval.</summary>
    FirstRelease,

    /// <summary>The rules of the last release that passed.</summary>
    LastRelease,

    /// <summary>The last release is not known: weaker values than the defaults do not hold.</summary>
    Defaults,
}

/// <summary>A rule that a commit would make weaker.</summary>
/// <param name="Name">The rule.</param>
/// <param name="Before">What holds before the release, for people.</param>
/// <param name="After">What the commit asks for, for people.</param>
/// <param name="Location">Where the commit reports it; null when it left the value out.</param>
sealed record RuleChange(string Name, string Before, string After, SourceLocation? Location);

/// <summary>The rules that judge a run.</summary>
/// <param name="Basis">What the commit was compared with.</param>
/// <param name="InForce">The rules, without those that the run's environment sets.</param>
/// <param name="Changes">Weaker values of the commit, which an approval lets take effect after this release.</param>
/// <param name="Held">Weaker values of the commit that stay without effect, because a policy file states otherwise, or the last rules
/// are not
/// known.</param>
/// <param name="Next">The rules of the next release, once this one has passed.</param>
sealed record RulesInForce(
    RuleBasis Basis, RuleSet InForce, IReadOnlyList<RuleChange> Changes, IReadOnlyList<RuleChange> Held, RuleSet Next);

/// <summary>Decides which rules judge a run. Pure.</summary>
static class RuleResolver
{
    /// <param name="environment">The target's environment. The rules of other environments are left as the commit has them.</param>
    /// <param name="basis">What the commit is compared with.</param>
    /// <param name="granted">Names of the settings that the run's environment sets itself.</param>
    /// <param name="policy">The policy file.</param>
    /// <param name="commit">What the commit asks for.</param>
    /// <param name="last">The rules of the last release that passed.</param>
    public static RulesInForce Resolve(
        TargetEnvironment environment, RuleBasis basis, IReadOnlySet<string> granted, RuleSet policy, RuleSet commit, RuleSet last)
    {
        var inForce = new SortedDictionary<string, RuleValue>(StringComparer.Ordinal);
        var next = new SortedDictionary<string, RuleValue>(StringComparer.Ordinal);
        var changes = new List<RuleChange>();
        var held = new List<RuleChange>();
        foreach (var name in policy.Values.Keys.Union(commit.Values.Keys).Union(last.Values.Keys).Order(StringComparer.Ordinal))
        {
            var asked = commit.Values.GetValueOrDefault(name);
            var before = last.Values.GetValueOrDefault(name);
            if (granted.Contains(name))
            {
                Put(next, name, before);
            }
            else if (policy.Values.TryGetValue(name, out var demanded))
            {
                var isWeaker = asked is not null && RuleOrder.IsWeaker(name, asked.Text, demanded.Text);
                var holds = asked is null || isWeaker ? demanded : asked;
                Put(inForce, name, holds);

                // What the run's environment grants holds while it does; it does not outlast the policy file.
                Put(next, name, RuleOrder.IsWeaker(name, holds.Text, before?.Text) ? before : holds);
                held.AddRange(isWeaker ? [Change(name, demanded, asked)] : Array.Empty<RuleChange>());
            }
            else
            {
                var compared = RuleOrder.IsOf(environment, RulePath.Split(name)) ? basis : RuleBasis.Commit;
                var baseline = compared == RuleBasis.LastRelease ? before : null;
                var isHeld = !Holds(compared, name, asked, baseline);
                Put(inForce, name, isHeld ? baseline : asked);
                Put(next, name, asked);
                if (isHeld || (compared == RuleBasis.FirstRelease && !RuleOrder.IsDefault(name, asked?.Text)))
                {
                    (compared == RuleBasis.Defaults ? held : changes).Add(Change(name, baseline, asked));
                }
            }
        }

        return new RulesInForce(basis, new RuleSet(inForce), changes, held, new RuleSet(next));
    }

    /// <summary>Whether the commit's value holds already in this run.</summary>
    static bool Holds(RuleBasis basis, string name, RuleValue? asked, RuleValue? baseline) => basis switch
    {
        RuleBasis.Commit => true,
        RuleBasis.FirstRelease when !RuleOrder.IsOfApprovals(name) => true,
        _ => !RuleOrder.IsWeaker(name, asked?.Text, baseline?.Text),
    };

    static RuleChange Change(string name, RuleValue? before, RuleValue? after) =>
        new(name, RuleText.Show(name, before?.Text), RuleText.Show(name, after?.Text), after?.Location);

    static void Put(SortedDictionary<string, RuleValue> rules, string name, RuleValue? value)
    {
        if (value is not null)
        {
            rules[name] = value;
        }
    }
}
