using System.Collections.Frozen;
using System.Text.Json;

namespace DbGate.Configuration;

/// <summary>All settings of one run, resolved once and never changed. See <see cref="SettingsReader"/>.</summary>
public sealed class Settings
{
    readonly FrozenDictionary<string, SettingValue> values;
    readonly IReadOnlyDictionary<string, JsonElement> sections;

    internal Settings(
        string root,
        IReadOnlyDictionary<string, SettingValue> values,
        IReadOnlyList<Waiver> waivers,
        IReadOnlyDictionary<string, JsonElement> sections,
        IReadOnlyDictionary<string, SettingValue> variables)
    {
        (Root, Waivers, Variables, this.sections) = (root, waivers, variables, sections);
        this.values = values.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The gated project's root, absolute.</summary>
    public string Root { get; }

    /// <summary>The waivers of <c>dbgate.json</c>, expired ones too.</summary>
    public IReadOnlyList<Waiver> Waivers { get; }

    /// <summary>Every variable in force: the process's, over those of <c>.env.&lt;environment&gt;</c>, over those of <c>.env</c>.</summary>
    public IReadOnlyDictionary<string, SettingValue> Variables { get; }

    /// <summary>The setting's value, or its default.</summary>
    public T Get<T>(Setting<T> setting) =>
        values.TryGetValue(setting.Name, out var value) && setting.Reader.TryRead(value.Text, out var parsed) ? parsed : setting.Default;

    /// <summary>The value as written, with its source; null when nobody said anything.</summary>
    public SettingValue? Find(Setting setting) => values.GetValueOrDefault(setting.Name);

    /// <summary>A path setting, absolute under <see cref="Root"/>.</summary>
    public string GetPath(Setting<string> setting) => Path.GetFullPath(Get(setting), Root);

    /// <summary>A section of <c>dbgate.json</c> that a room reads itself; null when absent.</summary>
    public JsonElement? Section(string name) => sections.TryGetValue(name, out var section) ? section : null;
}
