namespace DbGate.Configuration;

/// <summary>
/// The settings of a project. A new one is one field of its topic's class; docs/reference/settings.md is tested against it.
/// </summary>
static class SettingsCatalog
{
    static readonly Type[] Topics =
    [
        typeof(GeneralSettings),
        typeof(DatabaseSettings),
        typeof(SafetySettings),
        typeof(MigrationSettings),
        typeof(BackupSettings),
        typeof(BackupEngineSettings),
        typeof(ReadySettings),
        typeof(ProtectionSettings),
        typeof(RestoreSettings),
        typeof(FleetSettings),
        typeof(RehearsalSettings),
        typeof(CompatibilitySettings),
        typeof(PlanSettings),
        typeof(ServiceSettings),
        typeof(GitHubSettings),
    ];

    /// <summary>In the order in which people meet them; the options of single tasks (<see cref="TaskOptions"/>) last.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. Topics.SelectMany(topic => topic.GetFields()).Select(field => field.GetValue(null)).OfType<Setting>(),
        .. TaskOptions.All,
    ];

    /// <summary>The settings of a topic that have an option and belong to no single task.</summary>
    /// <param name="topic">The first part of their names.</param>
    public static IEnumerable<Setting> OfTopic(string topic) => All.Where(setting =>
        setting is { IsSecret: false, Option: not null }
            && setting.Name.StartsWith($"{topic}.", StringComparison.Ordinal)
            && !TaskOptions.All.Contains(setting));
}
