using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using DbGate.Configuration.Rules;
using DbGate.Signing;

namespace DbGate.Releases.Rules;

/// <summary>The rules that a release leaves for the next one, in the record of its verdict.</summary>
/// <param name="Digest">SHA-256 of the canonical form of <paramref name="Values"/>, lower-case hex.</param>
/// <param name="Values">The rules by their names.</param>
sealed record RecordedRules(string Digest, IReadOnlyDictionary<string, string> Values)
{
    internal static RecordedRules From(RuleSet rules) => new(DigestOf(rules), Texts(rules));

    /// <summary>The rules; null when the digest is of other ones.</summary>
    internal RuleSet? Read()
    {
        var rules = new RuleSet(Values.ToDictionary(rule => rule.Key, rule => new RuleValue(rule.Value), StringComparer.Ordinal));
        return DigestOf(rules) == Digest ? rules : null;
    }

    internal static string DigestOf(RuleSet rules) => DigestOf([new("rules", rules)]);

    /// <summary>One digest of what judges a run, what it leaves behind, and so what it changes.</summary>
    internal static string DigestOf(RulesInForce rules) => DigestOf([new("inForce", rules.InForce), new("next", rules.Next)]);

    static string DigestOf(KeyValuePair<string, RuleSet>[] sets)
    {
        var json = new JsonObject();
        foreach (var (name, rules) in sets)
        {
            json[name] = new JsonObject(Texts(rules).Select(rule => KeyValuePair.Create(rule.Key, (JsonNode?)rule.Value)));
        }

        using var document = JsonDocument.Parse(json.ToJsonString(RuleJson.Readable));
        return Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.From(document.RootElement)));
    }

    static SortedDictionary<string, string> Texts(RuleSet rules) =>
        new(rules.Values.ToDictionary(rule => rule.Key, rule => rule.Value.Text), StringComparer.Ordinal);
}
