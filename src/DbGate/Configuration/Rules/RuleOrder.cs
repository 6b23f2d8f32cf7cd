using System.Text.Json;
using System.Text.Json.Nodes;
using DbGate.Targets;

namespace DbGate.Configuration.Rules;

/// <summary>Which of two values of a rule is the weaker one. A rule without an order here treats every change as weaker.</summary>
static class RuleOrder
{
    /// <summary>Compares two values.</summary>
    /// <param name="name">The rule.</param>
    /// <param name="candidate">What is asked for; null is the default.</param>
    /// <param name="inForce">What holds; null is the default.</param>
    public static bool IsWeaker(string name, string? candidate, string? inForce)
    {
        if (Setting(name) is { } setting)
        {
            return setting.IsWeakerThan(candidate, inForce);
        }

        if (candidate == inForce)
        {
            return false;
        }

        return RulePath.Split(name) switch
        {
            [RuleSet.Waivers, ..] or ["guard", "ignore" or "development" or "unfollowed"] or ["drift", "ignoreSchemas"] => List(candidate)
                .Except(List(inForce))
                .Any(),
            ["guard", "bypass"] => inForce == "\"error\"",
            ["guard", "requireEntrypoints"] or ["approvals", _, "verified"] => inForce == "true",
            ["guard", "production"] => List(inForce).Except(List(candidate)).Any(),
            ["approvals", var environment, "required"] => Count(candidate, Least(environment).Required)
                < Count(inForce, Least(environment).Required),
            ["approvals", var environment, "dataLoss"] => Count(candidate, Least(environment).DataLoss)
                < Count(inForce, Least(environment).DataLoss),
            ["approvals", _, "approvers"] => List(inForce) is { Count: > 0 } few
                && (List(candidate) is not { Count: > 0 } many || many.Except(few).Any()),
            ["approvals", _, "authorMayApprove"] => candidate is not (null or "false") && inForce is null or "false",
            _ => true,
        };
    }

    /// <summary>True when a value states what holds without it.</summary>
    public static bool IsDefault(string name, string? value)
    {
        if (value is null)
        {
            return true;
        }

        if (Setting(name) is { } setting)
        {
            return setting.Show(value) == setting.Show(null);
        }

        return RulePath.Split(name) switch
        {
            ["approvals", var environment, "required"] => Count(value, -1) == Least(environment).Required,
            ["approvals", var environment, "dataLoss"] => Count(value, -1) == Least(environment).DataLoss,
            ["approvals", _, "authorMayApprove" or "verified"] or ["guard", "requireEntrypoints"] => value == "false",
            ["guard", "bypass"] => value == "\"warning\"",
            _ => value is "[]" or "{}",
        };
    }

    /// <summary>True when a value of a section counts for an environment: <c>approvals</c> has a part for each.</summary>
    public static bool IsOf(TargetEnvironment environment, IReadOnlyList<string> path) =>
        path is not ["approvals", var part, ..]
        || !Enum.GetNames<TargetEnvironment>().Contains(part, StringComparer.OrdinalIgnoreCase)
        || string.Equals(part, environment.ToString(), StringComparison.OrdinalIgnoreCase);

    /// <summary>The rules that decide who approves. They are never taken from the release that they would approve.</summary>
    public static bool IsOfApprovals(string name) => RulePath.Split(name)[0] == "approvals";

    public static Setting? Setting(string name) => SettingsCatalog.All.FirstOrDefault(setting => setting.Name == name);

    static (int Required, int DataLoss) Least(string environment) => environment == "production" ? (1, 2) : (0, 0);

    static int Count(string? json, int otherwise) => json is not null && int.TryParse(json, out var count) ? count : otherwise;

    static List<string> List(string? json)
    {
        try
        {
            return json is not null && JsonNode.Parse(json) is JsonArray list
                ? [.. list.Select(item => item?.ToJsonString(RuleJson.Readable) ?? "null")]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
