using System.Text.Json;
using System.Text.Json.Nodes;
using DbGate.Problems;

namespace DbGate.Configuration.Rules;

/// <summary>A rule as one source demands it.</summary>
/// <param name="Text">A setting's text; of a section of dbgate.json the JSON of one value.</param>
/// <param name="Location">Where it is written; null when that is not in a file.</param>
sealed record RuleValue(string Text, SourceLocation? Location = null);

/// <summary>
/// What one source states about everything that can weaken a verdict: the guarding settings by their names, the values of dbgate.json's
/// sections by their paths (<c>approvals.production.required</c>), and the waivers by their codes (<c>waivers.DBG0104</c>). Secrets are not
/// in it.
/// </summary>
sealed record RuleSet(IReadOnlyDictionary<string, RuleValue> Values)
{
    /// <summary>The first part of the name of a rule that holds waivers.</summary>
    public const string Waivers = "waivers";

    public static RuleSet Empty { get; } = new(new Dictionary<string, RuleValue>());

    public string? Find(string name) => Values.TryGetValue(name, out var value) ? value.Text : null;

    /// <summary>The rules that a file demands, and those of settings that other files set.</summary>
    public static RuleSet From(ProjectFile file, IReadOnlyDictionary<string, SettingValue> settings)
    {
        var values = new SortedDictionary<string, RuleValue>(StringComparer.Ordinal);
        foreach (var setting in SettingsCatalog.All.Where(IsRule))
        {
            if (settings.TryGetValue(setting.Name, out var value))
            {
                values[setting.Name] = new RuleValue(value.Text, value.Source.Location);
            }
        }

        foreach (var (name, section) in file.Sections)
        {
            foreach (var (path, leaf) in Leaves([name], section))
            {
                values[RulePath.Join(path)] = new RuleValue(Compact(leaf), file.Locate(path));
            }
        }

        foreach (var waivers in file.Waivers.GroupBy(waiver => waiver.Check, StringComparer.Ordinal))
        {
            var list = waivers.Select(Describe).Order(StringComparer.Ordinal);
            values[RulePath.Join([Waivers, waivers.Key])] =
                new RuleValue($"[{string.Join(',', list)}]", file.Locate([Waivers, waivers.Key]));
        }

        return new RuleSet(values);
    }

    /// <summary>
    /// True for a setting that the commit's files may set, and that can weaken a verdict. The environment itself decides whose rules hold.
    /// </summary>
    public static bool IsRule(Setting setting) =>
        setting is { Class: SettingClass.Guarding, IsSecret: false } && setting != GeneralSettings.Environment;

    /// <summary>The waivers of the set.</summary>
    public IReadOnlyList<Waiver> ReadWaivers() =>
    [
        .. Values.Where(rule => RulePath.Split(rule.Key)[0] == Waivers)
            .SelectMany(rule => JsonNode.Parse(rule.Value.Text)!.AsArray())
            .Select(node => new Waiver(
                Text(node, "check"), Text(node, "scope"), Text(node, "reason"), Text(node, "who"),
                DateOnly.ParseExact(Text(node, "expires"), "yyyy-MM-dd", null))),
    ];

    /// <summary>The sections of the set, as dbgate.json would hold them.</summary>
    public IReadOnlyDictionary<string, JsonElement> ReadSections()
    {
        var sections = new JsonObject();
        foreach (var (name, value) in Values)
        {
            var path = RulePath.Split(name);
            if (ProjectFile.SectionNames.Contains(path[0]))
            {
                Put(sections, path, value.Text);
            }
        }

        return sections.ToDictionary(
            section => section.Key, section => JsonSerializer.SerializeToElement(section.Value, RuleJson.Default.JsonNode),
            StringComparer.Ordinal);
    }

    static void Put(JsonObject at, IReadOnlyList<string> path, string json)
    {
        foreach (var name in path.Take(path.Count - 1))
        {
            if (at[name] is not JsonObject inner)
            {
                at[name] = inner = [];
            }

            at = inner;
        }

        at[path[^1]] ??= JsonNode.Parse(json);
    }

    static IEnumerable<(IReadOnlyList<string> Path, JsonElement Value)> Leaves(IReadOnlyList<string> path, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any()
            ? value.EnumerateObject().SelectMany(member => Leaves([.. path, member.Name], member.Value))
            : [(path, value)];

    static string Compact(JsonElement value) => JsonNode.Parse(value.GetRawText())?.ToJsonString(RuleJson.Readable) ?? "null";

    static string Describe(Waiver waiver) => new JsonObject
    {
        ["check"] = waiver.Check,
        ["scope"] = waiver.Scope,
        ["reason"] = waiver.Reason,
        ["who"] = waiver.Who,
        ["expires"] = waiver.Expires.ToString("yyyy-MM-dd", null),
    }.ToJsonString(RuleJson.Readable);

    static string Text(JsonNode? node, string name) => node![name]!.GetValue<string>();
}
