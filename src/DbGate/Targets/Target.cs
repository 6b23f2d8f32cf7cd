using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Targets;

/// <summary>A database that a release goes to.</summary>
/// <param name="Environment">What it is for.</param>
/// <param name="Url">As the application connects.</param>
/// <param name="DirectUrl">For locks, dumps and migrations: <c>DIRECT_URL</c> when set, else <paramref name="Url"/>.</param>
/// <param name="Source">Where the URL was read.</param>
sealed record Target(TargetEnvironment Environment, PostgresUrl Url, PostgresUrl DirectUrl, SettingSource Source)
{
    /// <summary>Reads the URL that belongs to the environment.</summary>
    /// <exception cref="GateException">DBG0005: no variable holds one; or the URL's own problem.</exception>
    public static Target Resolve(Settings settings)
    {
        var environment = settings.Get(GeneralSettings.Environment);
        var names = Variables(settings, environment);
        var value = Find(settings, names)
            ?? throw new GateException(ConfigurationProblems.MissingUrl(
                environment.ToString().ToLowerInvariant(), names, names.FirstOrDefault(name => settings.Variables.ContainsKey(name)),
                names.Select(name => settings.Sources.Ignored.GetValueOrDefault(name)).FirstOrDefault(value => value is not null)?.Source,
                ConnectionStrings(settings)));
        var direct = settings.Find(DatabaseSettings.DirectUrl);
        var url = PostgresUrl.Parse(value.Text, value.Source.Name);
        var target = new Target(environment, url, direct is null ? url : PostgresUrl.Parse(direct.Text, direct.Source.Name), value.Source);
        DemandNamed(settings, target);
        return target;
    }

    /// <summary>A commit that names another environment must not turn the rules of production off for production's database.</summary>
    static void DemandNamed(Settings settings, Target target)
    {
        if (target.Environment != TargetEnvironment.Production
            && !settings.Sources.IsEnvironmentOfRun
            && settings.Variables.GetValueOrDefault(
                DatabaseSettings.DatabaseUrlProduction.Variables[0]) is { Source.IsOfCommit: false, Text.Length: > 0 } production
            && PostgresUrl.Parse(production.Text, production.Source.Name) is var url
            && (IsSamePlace(url, target.Url) || IsSamePlace(url, target.DirectUrl)))
        {
            throw new GateException(RuleProblems.ProductionUnnamed(
                target.Url.Redacted, target.Environment.ToString().ToLowerInvariant(),
                $"{production.Source.Name} leads to the same database"));
        }
    }

    static bool IsSamePlace(PostgresUrl one, PostgresUrl other) =>
        one.Port == other.Port && one.Database == other.Database && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>A URL is set for the environment.</summary>
    public static bool IsConfigured(Settings settings) =>
        Find(settings, Variables(settings, settings.Get(GeneralSettings.Environment))) is not null;

    /// <summary>
    /// Every URL that names some environment's database, for rules such as "a restore never goes there": those in force, and those in the
    /// <c>.env</c> files that the other environments read.
    /// </summary>
    public static IEnumerable<(string Name, PostgresUrl Url)> Configured(Settings settings)
    {
        string[] names =
        [
            .. new[] { DatabaseSettings.DatabaseUrl, DatabaseSettings.DatabaseUrlProduction, DatabaseSettings.DatabaseUrlStaging,
                DatabaseSettings.DirectUrl }
                .SelectMany(setting => setting.Variables),
            .. settings.Get(DatabaseSettings.DatabaseUrlVariable) is { Length: > 0 } own ? [own] : Array.Empty<string>(),
        ];
        return names.Select(name => settings.Variables.GetValueOrDefault(name)).OfType<SettingValue>()
            .Concat(SettingsReader.OfOtherEnvironments(settings).Where(value => names.Contains(value.Key)).Select(value => value.Value))
            .Where(value => value.Text.Length > 0)
            .DistinctBy(value => value.Text)
            .Select(value => (value.Source.Name, PostgresUrl.Parse(value.Text, value.Source.Name)));
    }

    /// <summary>Variables of .NET's configuration that hold a connection string of PostgreSQL; those of the commit do not count.</summary>
    static IReadOnlyList<string> ConnectionStrings(Settings settings) =>
    [
        .. settings.Variables
            .Where(variable => variable.Key.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
                && !variable.Value.Source.IsOfCommit
                && PostgresUrl.IsConnectionString(variable.Value.Text))
            .Select(variable => variable.Key)
            .Order(StringComparer.Ordinal),
    ];

    static IReadOnlyList<string> Variables(Settings settings, TargetEnvironment environment)
    {
        if (settings.Get(DatabaseSettings.DatabaseUrlVariable) is { Length: > 0 } own)
        {
            return [own];
        }

        return environment switch
        {
            TargetEnvironment.Production => ["DATABASE_URL_PROD", "DATABASE_URL"],
            TargetEnvironment.Staging => ["DATABASE_URL_STAGING", "DATABASE_URL"],
            _ => ["DATABASE_URL"],
        };
    }

    static SettingValue? Find(Settings settings, IReadOnlyList<string> names) =>
        names
            .Select(name => settings.Variables.GetValueOrDefault(name))
            .FirstOrDefault(value => value?.Text.Length > 0);
}
