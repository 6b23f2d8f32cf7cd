using System.Collections.Frozen;
using System.Text.Json;
using DbGate.Configuration.Rules;

namespace DbGate.Configuration;

/// <summary>All settings of one run, resolved once and never changed. See <see cref="SettingsReader"/>.</summary>
public sealed class Settings
{
    readonly FrozenDictionary<string, SettingValue> values;
    readonly IReadOnlyDictionary<string, JsonElement> sections;

    internal Settings(
        string root,
        IReadOnlyDictionary<string, SettingValue> values,
        IReadOnlyDictionary<string, SettingValue> variables,
        RuleSources sources)
        : this(
            root, values, variables, sources,
            sources.Resolve(sources.IsProduction ? RuleBasis.FirstRelease : RuleBasis.Commit, RuleSet.Empty))
    {
    }

    Settings(
        string root,
        IReadOnlyDictionary<string, SettingValue> values,
        IReadOnlyDictionary<string, SettingValue> variables,
        RuleSources sources,
        RulesInForce rules)
    {
        (Root, Variables, Sources, Rules) = (root, variables, sources, rules);
        (Waivers, sections) = (rules.InForce.ReadWaivers(), rules.InForce.ReadSections());
        this.values = sources.Apply(values, rules).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The gated project's root, absolute.</summary>
    public string Root { get; }

    /// <summary>The waivers in force, expired ones too.</summary>
    internal IReadOnlyList<Waiver> Waivers { get; }

    /// <summary>Every variable in force: the process's, over those of <c>.env.&lt;environment&gt;</c>, over those of <c>.env</c>.</summary>
    internal IReadOnlyDictionary<string, SettingValue> Variables { get; }

    /// <summary>What the commit, the policy file and the run's environment ask for.</summary>
    internal RuleSources Sources { get; }

    /// <summary>The rules that judge this run.</summary>
    internal RulesInForce Rules { get; }

    /// <summary>The setting's value, or its default.</summary>
    internal T Get<T>(Setting<T> setting) =>
        values.TryGetValue(setting.Name, out var value) && setting.Reader.TryRead(value.Text, out var parsed) ? parsed : setting.Default;

    /// <summary>The value as written, with its source; null when no one stated anything.</summary>
    internal SettingValue? Find(Setting setting) => values.GetValueOrDefault(setting.Name);

    /// <summary>A path setting, absolute under <see cref="Root"/>.</summary>
    internal string GetPath(Setting<string> setting) => Path.GetFullPath(Get(setting), Root);

    /// <summary>A section of <c>dbgate.json</c> that its subject reads itself, as it is in force; null when absent.</summary>
    public JsonElement? Section(string name) => sections.TryGetValue(name, out var section) ? section : null;

    /// <summary>The same run, judged by the rules of an earlier release.</summary>
    internal Settings JudgedBy(RuleBasis basis, RuleSet last) => new(Root, values, Variables, Sources, Sources.Resolve(basis, last));
}
