using System.Text.Json;

namespace DbGate.GitHub.Approvals;

/// <summary>Who must review deployments to an environment, as its settings state.</summary>
/// <param name="Users">Required reviewers by name.</param>
/// <param name="Teams">Required teams; their members are not known.</param>
/// <param name="PreventsSelfReview">Whether who caused a run may not review it.</param>
/// <param name="WaitMinutes">A wait before each deployment; 0: none.</param>
/// <param name="AdminsMayBypass">Null when GitHub does not state.</param>
sealed record EnvironmentRules(
    IReadOnlyList<string> Users, IReadOnlyList<string> Teams, bool PreventsSelfReview, int WaitMinutes, bool? AdminsMayBypass)
{
    /// <summary>True when a person must review.</summary>
    public bool AsksForReview => Users.Count > 0 || Teams.Count > 0;

    /// <summary>True when this person surely is no required reviewer.</summary>
    public bool IsStranger(string person) => AsksForReview && Teams.Count == 0 && !Users.Contains(person, StringComparer.OrdinalIgnoreCase);

    /// <summary>In words.</summary>
    public override string ToString() => string.Join("; ",
    [
        AsksForReview
            ? $"one of {string.Join(", ", Users.Concat(Teams.Select(team => $"team {team}")))} must review"
            : "no review is required",
        .. AsksForReview ? [$"self-review is {(PreventsSelfReview ? "prevented" : "allowed")}"] : Array.Empty<string>(),
        .. WaitMinutes > 0 ? [$"waits {WaitMinutes} min"] : Array.Empty<string>(),
        .. AdminsMayBypass is { } may ? [$"administrators {(may ? "may" : "may not")} bypass"] : Array.Empty<string>(),
    ]);

    public static EnvironmentRules Read(JsonElement environment)
    {
        var (users, teams, prevents, minutes) = (new List<string>(), new List<string>(), false, 0);
        foreach (var rule in Items(environment, "protection_rules"))
        {
            minutes = Math.Max(minutes, rule.TryGetProperty("wait_timer", out var timer) && timer.TryGetInt32(out var wait) ? wait : 0);
            prevents |= rule.TryGetProperty("prevent_self_review", out var prevent) && prevent.ValueKind == JsonValueKind.True;
            foreach (var reviewer in Items(rule, "reviewers").Select(entry => entry.GetProperty("reviewer")))
            {
                if (reviewer.TryGetProperty("login", out var login))
                {
                    users.Add(login.GetString()!);
                }
                else
                {
                    teams.Add(reviewer.GetProperty("slug").GetString()!);
                }
            }
        }

        var bypass =
            environment.TryGetProperty("can_admins_bypass", out var can) && can.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? can.GetBoolean()
                : (bool?)null;
        return new(users, teams, prevents, minutes, bypass);
    }

    static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;
}
