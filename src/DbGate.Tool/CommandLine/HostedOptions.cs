namespace DbGate.Tool.CommandLine;

/// <summary>Options of this assembly's own tasks that are no settings. An option that may stand in a file or variable belongs into SettingsCatalog.</summary>
static class HostedOptions
{
    public static IReadOnlyList<string> Names { get; } = [];
}
