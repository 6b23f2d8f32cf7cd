using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Protection;

/// <summary>Decides whether what a server has is the protection that was installed.</summary>
static class ProtectionRules
{
    /// <summary>Everything that is wrong; empty when the protection holds.</summary>
    public static IReadOnlyList<Problem> Decide(Installation installation, ProtectionState state, ProtectionInventory inventory)
    {
        if (installation.Mode == ProtectionMode.Roles)
        {
            return [];
        }

        var problems = new List<Problem>();
        string[] alterations = [.. Alterations(installation, state).Concat(inventory.Surplus).Distinct(StringComparer.Ordinal)];
        if (alterations.Length > 0)
        {
            problems.Add(ProtectionProblems.Altered(alterations));
        }

        var off =
            state.EventTriggers.Where(trigger => trigger.Enabled != "A").Select(trigger => $"{trigger.Name} is {Word(trigger.Enabled)}")
            .Concat(state.SwitchedOff.Select(setting => setting.Where)).ToArray();
        if (off.Length > 0)
        {
            problems.Add(
                ProtectionProblems.SwitchedOff(off, state.SwitchedOff, state.EventTriggers.Any(trigger => trigger.Enabled != "A")));
        }

        return problems;
    }

    static IEnumerable<string> Alterations(Installation installation, ProtectionState state)
    {
        foreach (var (name, on) in ProtectionSources.EventTriggers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (state.EventTriggers.FirstOrDefault(trigger => trigger.Name == name) is not { } trigger)
            {
                yield return $"event trigger {name} is missing";
            }
            else if (trigger.Event != on || !trigger.CallsGuard || trigger.IsFiltered)
            {
                yield return $"event trigger {name} is another one";
            }
            else if (trigger.Owner != state.Owner)
            {
                yield return $"event trigger {name} belongs to {trigger.Owner}, the schema to {state.Owner}";
            }
        }

        // The SQL of another version cannot be compared; that it is another one is told elsewhere.
        foreach (var (name, body) in ProtectionSources.Bodies.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (state.Functions.FirstOrDefault(function => function.Name == name) is not { } function)
            {
                yield return $"function dbgate.{name} is missing";
            }
            else if ((installation.Version == ProtectionSources.Version && function.Body != body) || !function.IsPinned)
            {
                yield return $"function dbgate.{name} is not the one that was installed";
            }
            else if (function.Owner != state.Owner)
            {
                yield return $"function dbgate.{name} belongs to {function.Owner}, the schema to {state.Owner}";
            }
        }
    }

    static string Word(string enabled) => enabled switch
    {
        "D" => "disabled",
        "O" => "off under session_replication_role=replica",
        "R" => "on only under session_replication_role=replica",
        _ => $"'{enabled}'",
    };
}
