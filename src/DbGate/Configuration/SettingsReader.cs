using DbGate.Configuration.Rules;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Configuration;

/// <summary>
/// Resolves settings: command line, environment, <c>.env.&lt;environment&gt;</c>, <c>.env</c>, <c>dbgate.json</c>, default.
/// </summary>
static class SettingsReader
{
    /// <summary>Variables that only DbGate reads.</summary>
    const string OwnPrefix = "DBGATE_";

    /// <summary>Reads every layer once and checks every value.</summary>
    /// <param name="options">Options without dashes; a switch has an empty value.</param>
    /// <param name="environment">The process's variables.</param>
    /// <param name="calledFrom">The folder that a relative <c>--project</c> starts from.</param>
    /// <exception cref="GateException">DBG0001 to DBG0007: unknown names, invalid values, broken files, secrets in the wrong
    /// place.</exception>
    public static Settings Read(
        IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> environment, string calledFrom)
    {
        var fromOptions = Options(options);
        var fromProcess = environment.ToDictionary(
            pair => pair.Key, pair => new SettingValue(pair.Value, new SettingSource(SettingLayer.Environment, $"variable {pair.Key}")));
        var root = Root(Pick(GeneralSettings.Project, fromOptions, fromProcess)?.Text ?? ".", calledFrom);

        var files = CommitFiles.From(root);
        var file = ApprovalKeys.Inline(ProjectFile.Read(root), root);
        var dotEnv = Variables(root, ".env", SettingLayer.DotEnv, environment, files);
        var policy = Policy(fromOptions, root, files, fromProcess, Trusted(dotEnv));
        var chosen = Environment(
            Pick(GeneralSettings.Environment, fromOptions, fromProcess, Trusted(dotEnv)),
            policy?.Values.GetValueOrDefault(GeneralSettings.Environment.Name),
            Pick(GeneralSettings.Environment, [], dotEnv) ?? file.Values.GetValueOrDefault(GeneralSettings.Environment.Name));
        var target = Checked(GeneralSettings.Environment, chosen);
        var perEnvironment =
            Variables(root, $".env.{target.ToString().ToLowerInvariant()}", SettingLayer.EnvironmentFile, environment, files);
        var ignored = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        if (target == TargetEnvironment.Production)
        {
            SetSecretsAside(
                ignored, Pick(DatabaseSettings.DatabaseUrlVariable, fromOptions, fromProcess)?.Text ?? "", perEnvironment, dotEnv);
        }

        Dictionary<string, SettingValue>[] layers = [fromProcess, perEnvironment, dotEnv];
        Dictionary<string, SettingValue>[] trusted = [fromProcess, Trusted(perEnvironment), Trusted(dotEnv)];
        policy ??= Policy(fromOptions, root, files, trusted) ?? ProjectFile.Empty;

        var values = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        var asked = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        var granted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var setting in SettingsCatalog.All)
        {
            var ofRun =
                setting.Class == SettingClass.TrustedOnly || target == TargetEnvironment.Production
                    ? Pick(setting, fromOptions, trusted)
                    : null;
            var ofFiles = policy.Values.GetValueOrDefault(setting.Name) ?? file.Values.GetValueOrDefault(setting.Name);
            var value = setting.Class switch
            {
                _ when setting == GeneralSettings.Environment => chosen,
                SettingClass.TrustedOnly => DemandTrusted(setting, Pick(setting, [], perEnvironment, dotEnv))
                    ?? ofRun
                    ?? policy.Values.GetValueOrDefault(setting.Name),
                SettingClass.Guarding => ofRun ?? Pick(setting, fromOptions, layers) ?? file.Values.GetValueOrDefault(setting.Name),
                _ => Pick(setting, fromOptions, layers) ?? ofFiles,
            };
            if (value is null)
            {
                continue;
            }

            values[setting.Name] = setting.Reject(value.Text) is null
                ? value
                : throw new GateException(ConfigurationProblems.InvalidValue(setting, value));
            _ = value.Source.IsOfCommit ? asked.TryAdd(setting.Name, value) : granted.Add(setting.Name);
        }

        if (target == TargetEnvironment.Production && ApproversOfCommit(values, root, files) is { } approvers)
        {
            throw new GateException(RuleProblems.ApproversOfCommit(approvers));
        }

        return new Settings(root, values, Merge(layers), new RuleSources(target, granted, policy, asked, file, ignored)
        {
            IsEnvironmentOfRun = chosen is { Source.IsOfCommit: false },
        });
    }

    /// <summary>Refuses options that are none, secrets, and options without a value, before anything is read.</summary>
    /// <param name="options">Options without dashes; a switch has an empty value.</param>
    /// <param name="ofHost">Options that the door takes itself: a person may have meant one of them.</param>
    /// <exception cref="GateException">DBG0001, DBG0002, DBG0006.</exception>
    public static void CheckOptions(IReadOnlyDictionary<string, string> options, params IReadOnlyList<string> ofHost) =>
        Options(options, ofHost);

    /// <summary>The valid options, for help and for doors that must tell theirs from the host's.</summary>
    public static IEnumerable<string> OptionNames { get; } =
        SettingsCatalog.All.Where(setting => !setting.IsSecret).Select(setting => setting.Option).OfType<string>().ToArray();

    /// <summary>What the <c>.env</c> files state that the other environments read, also where this run's own settings hide it.</summary>
    internal static IEnumerable<KeyValuePair<string, SettingValue>> OfOtherEnvironments(Settings settings)
    {
        var process =
            settings.Variables.Where(pair => pair.Value.Source.Layer == SettingLayer.Environment)
                .ToDictionary(pair => pair.Key, pair => pair.Value.Text);
        return Enum.GetValues<TargetEnvironment>()
            .Where(other => other != settings.Get(GeneralSettings.Environment))
            .SelectMany(other =>
                Variables(settings.Root, $".env.{other.ToString().ToLowerInvariant()}", SettingLayer.EnvironmentFile, process))
            .Concat(Variables(settings.Root, ".env", SettingLayer.DotEnv, process));
    }

    static Dictionary<string, SettingValue> Options(IReadOnlyDictionary<string, string> options, params IReadOnlyList<string> ofHost)
    {
        var values = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        foreach (var (option, text) in options)
        {
            var setting = SettingsCatalog.All.FirstOrDefault(setting => setting.Option == option)
                ?? throw new GateException(
                    ConfigurationProblems.UnknownOption(option, NearestName.From(option, [.. OptionNames, .. ofHost])));
            if (setting.IsSecret)
            {
                throw new GateException(ConfigurationProblems.SecretOnCommandLine(option, setting.Variables[0]));
            }

            if (text.Length == 0 && !setting.IsSwitch)
            {
                throw new GateException(ConfigurationProblems.MissingValue(option));
            }

            values[setting.Name] = new SettingValue(text, new SettingSource(SettingLayer.CommandLine, $"--{option}"));
        }

        return values;
    }

    static SettingValue? Pick(
        Setting setting, Dictionary<string, SettingValue> options, params ReadOnlySpan<Dictionary<string, SettingValue>> layers)
    {
        if (options.TryGetValue(setting.Name, out var value))
        {
            return value;
        }

        foreach (var layer in layers)
        {
            foreach (var variable in setting.Variables)
            {
                // An empty variable is how pipelines state "not set".
                if (layer.TryGetValue(variable, out value) && value.Text.Length > 0)
                {
                    return value;
                }
            }
        }

        return null;
    }

    /// <summary>What the files of the commit do not hold.</summary>
    static Dictionary<string, SettingValue> Trusted(Dictionary<string, SettingValue> layer) =>
        layer.Where(variable => !variable.Value.Source.IsOfCommit).ToDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Only the run's environment may set it. A variable that is not DbGate's own is passed over in a file of the commit.
    /// </summary>
    /// <exception cref="GateException">DBG0580.</exception>
    static SettingValue? DemandTrusted(Setting setting, SettingValue? value) =>
        value is { Source: { IsOfCommit: true } source } && source.Name.StartsWith(OwnPrefix, StringComparison.Ordinal)
            ? throw new GateException(RuleProblems.NotOfCommit(setting, source.Name.Split(' ')[0], source.Location))
            : null;

    /// <summary>
    /// The URL of a database is a secret, so a weaker one cannot be displayed and approved: production does not read it from a file of the
    /// commit.
    /// </summary>
    static void SetSecretsAside(
        Dictionary<string, SettingValue> ignored, string ownVariable, params ReadOnlySpan<Dictionary<string, SettingValue>> layers)
    {
        string[] names =
        [
            .. SettingsCatalog.All.Where(setting => setting is { IsSecret: true, Class: SettingClass.Guarding })
                .SelectMany(setting => setting.Variables), ownVariable,
        ];
        foreach (var layer in layers)
        {
            foreach (var name in names)
            {
                if (layer.TryGetValue(name, out var value) && value is { Source.IsOfCommit: true, Text.Length: > 0 })
                {
                    ignored.TryAdd(name, value);
                    layer.Remove(name);
                }
            }
        }
    }

    static ProjectFile? Policy(
        Dictionary<string, SettingValue> options, string root, CommitFiles files,
        params ReadOnlySpan<Dictionary<string, SettingValue>> layers) =>
        Pick(PlanSettings.PolicyFile, options, layers) is { } path
            ? PolicyFile.Read(Path.GetFullPath(path.Text, root), root, files)
            : null;

    /// <summary>The run's own word; without it the stricter one of the policy file and the commit.</summary>
    static SettingValue? Environment(SettingValue? ofRun, SettingValue? ofPolicy, SettingValue? ofCommit) =>
        ofRun
            ?? (ofPolicy is not null && Checked(GeneralSettings.Environment, ofPolicy) >= Checked(GeneralSettings.Environment, ofCommit)
                ? ofPolicy
                : ofCommit);

    /// <summary>The list of those who may approve production, when the author of the release wrote it.</summary>
    static SettingValue? ApproversOfCommit(Dictionary<string, SettingValue> values, string root, CommitFiles files) =>
        values.GetValueOrDefault(PlanSettings.ApproversFile.Name) is { } value
            && files.Contains(root, Path.GetFullPath(value.Text, root)) ? value : null;

    static TargetEnvironment Checked(Setting<TargetEnvironment> setting, SettingValue? value) =>
        value is null ? setting.Default
        : setting.Reader.TryRead(value.Text, out var parsed) ? parsed
        : throw new GateException(ConfigurationProblems.InvalidValue(setting, value));

    static string Root(string project, string calledFrom)
    {
        var root = Path.GetFullPath(project, calledFrom);
        return Directory.Exists(root) ? root : throw new GateException(ConfigurationProblems.NoProject(root, "it does not exist"));
    }

    static Dictionary<string, SettingValue> Variables(
        string root, string file, SettingLayer layer, IReadOnlyDictionary<string, string> environment, CommitFiles? files = null)
    {
        var path = Path.Combine(root, file);
        var isOfCommit = files?.Contains(root, path) == true;
        var values = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        foreach (var entry in DotEnvFile.Read(path, file, environment))
        {
            values[entry.Name] = new SettingValue(entry.Value, new SettingSource(layer, $"{entry.Name} in {file}:{entry.Line}")
            {
                IsOfCommit = isOfCommit,
                Location = new SourceLocation(file, entry.Line),
            });
        }

        return values;
    }

    static Dictionary<string, SettingValue> Merge(params ReadOnlySpan<Dictionary<string, SettingValue>> layers)
    {
        var merged = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            foreach (var (name, value) in layer)
            {
                if (!merged.TryGetValue(name, out var stronger) || stronger.Text.Length == 0)
                {
                    merged[name] = value;
                }
            }
        }

        return merged;
    }
}
