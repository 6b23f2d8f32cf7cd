using DbGate.Targets;

namespace DbGate.Configuration.Rules;

/// <summary>Who asks for which rules in one run.</summary>
/// <param name="Environment">The target's environment.</param>
/// <param name="Granted">Names of the settings that the run's environment sets itself.</param>
/// <param name="Policy">The policy file; <see cref="ProjectFile.Empty"/> without one.</param>
/// <param name="Asked">The guarding settings as the commit's files set them.</param>
/// <param name="Commit">The commit's dbgate.json.</param>
/// <param name="Ignored">Names of variables that hold secrets in the commit's files, and that production does not read there.</param>
sealed record RuleSources(
    TargetEnvironment Environment,
    IReadOnlySet<string> Granted,
    ProjectFile Policy,
    IReadOnlyDictionary<string, SettingValue> Asked,
    ProjectFile Commit,
    IReadOnlyDictionary<string, SettingValue> Ignored)
{
    /// <summary>True when the run or its policy file named the environment; false when a file of the commit did, or nothing.</summary>
    public bool IsEnvironmentOfRun { get; init; }

    public bool IsProduction => Environment == TargetEnvironment.Production;

    /// <summary>The rules of the policy file.</summary>
    public RuleSet PolicyRules { get; } = RuleSet.From(Policy, Policy.Values);

    /// <summary>The rules that the commit asks for.</summary>
    public RuleSet CommitRules { get; } = RuleSet.From(Commit, Asked);

    public RulesInForce Resolve(RuleBasis basis, RuleSet last) =>
        RuleResolver.Resolve(Environment, basis, Granted, PolicyRules, CommitRules, last);

    /// <summary>The settings with the rules in force.</summary>
    public IReadOnlyDictionary<string, SettingValue> Apply(IReadOnlyDictionary<string, SettingValue> values, RulesInForce rules)
    {
        var applied = new Dictionary<string, SettingValue>(values, StringComparer.Ordinal);
        foreach (var setting in SettingsCatalog.All.Where(setting => RuleSet.IsRule(setting) && !Granted.Contains(setting.Name)))
        {
            applied.Remove(setting.Name);
            if (rules.InForce.Find(setting.Name) is { } text)
            {
                applied[setting.Name] = new[] { Asked.GetValueOrDefault(setting.Name), Policy.Values.GetValueOrDefault(setting.Name) }
                    .FirstOrDefault(value => value?.Text == text)
                    ?? new SettingValue(text, new SettingSource(SettingLayer.LastRelease, "the rules of the last release"));
            }
        }

        return applied;
    }
}
