using System.Text.Json;
using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>Makes the guard's request of a run's settings.</summary>
static class GuardRequests
{
    static readonly string[] Keys = ["requireEntrypoints", "production", "development", "ignore", "unfollowed", "bypass"];

    public static GuardRequest For(GateContext context) => new(context.Settings.Root)
    {
        Environment = context.Environment.ToString().ToLowerInvariant(),
        Policy = Policy(
            context.Settings.Section("guard")) with { IgnoreLocation = context.Settings.Rules.InForce.Values.GetValueOrDefault(
                "guard.ignore")?.Location },
        Commands =
        [
            .. MigrateCommands(context.Settings),
            .. Configured(context.Settings, MigrationSettings.StatusCommand),
            .. Configured(context.Settings, BackupEngineSettings.ExternalCommand),
        ],
        Waivers = context.Settings.Waivers,
        Clock = context.Clock,
    };

    /// <summary>The migrate command in force, and the one that the commit asks for.</summary>
    static IEnumerable<OwnCommand> MigrateCommands(Settings settings)
    {
        if (settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct)
        {
            return [];
        }

        OwnCommand[] commands = [.. Configured(settings, MigrationSettings.Command)];
        return commands.Length == 0 ? Usual(settings) : commands;
    }

    /// <summary>A command of a setting: as it is in force, and as the commit asks for it.</summary>
    static IEnumerable<OwnCommand> Configured(Settings settings, Setting<string> setting) =>
        new[] { settings.Find(setting), settings.Sources.Asked.GetValueOrDefault(setting.Name) }
            .OfType<SettingValue>()
            .Where(value => value.Text.Length > 0)
            .DistinctBy(value => value.Text)
            .Select(value =>
                new OwnCommand(value.Text, value.Source.Location?.File ?? value.Source.Name, value.Source.Location?.Line ?? 1)
                {
                    Setting = setting.Name,
                });

    /// <summary>The tool's usual command, which starts configurations of the project. Without a known tool nothing is deployed.</summary>
    static IEnumerable<OwnCommand> Usual(Settings settings)
    {
        try
        {
            return [new OwnCommand(MigrationProject.Locate(settings).Command(settings), MigrationSettings.Command.Name, 1)];
        }
        catch (GateException)
        {
            return [];
        }
    }

    /// <summary><c>"guard": { "production": ["deploy/**"], "development": ["tools/**"], "ignore": ["legacy/**"] }</c></summary>
    /// <exception cref="GateException">DBG0001, DBG0004: an unknown key, or no list of globs.</exception>
    internal static GuardPolicy Policy(JsonElement? section)
    {
        if (section is not { } guard)
        {
            return GuardPolicy.None;
        }

        if (guard.ValueKind != JsonValueKind.Object)
        {
            throw new GateException(ConfigurationProblems.BrokenFile("\"guard\" must be an object", null));
        }

        foreach (var property in guard.EnumerateObject().Where(property => !Keys.Contains(property.Name)))
        {
            throw new GateException(ConfigurationProblems.UnknownKey(
                $"guard.{property.Name}", NearestName.From(property.Name, Keys), new SourceLocation(ProjectFile.Name)));
        }

        return new GuardPolicy
        {
            RequireEntrypoints = Flag(guard, "requireEntrypoints"),
            Production = Globs(guard, "production"),
            Development = Globs(guard, "development"),
            Ignore = Globs(guard, "ignore"),
            Unfollowed = Globs(guard, "unfollowed"),
            BypassBlocks = Bypass(guard),
        };
    }

    static bool Flag(JsonElement guard, string name) =>
        guard.TryGetProperty(name, out var value) && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new GateException(ConfigurationProblems.BrokenFile($"\"guard.{name}\" must be true or false", null)));

    static bool Bypass(JsonElement guard) =>
        guard.TryGetProperty("bypass", out var value) && (value is { ValueKind: JsonValueKind.String } && value.GetString() is "warning"
            or "error"
            ? value.GetString() == "error"
            : throw new GateException(ConfigurationProblems.BrokenFile("\"guard.bypass\" must be \"warning\" or \"error\"", null)));

    static string[] Globs(JsonElement guard, string name) =>
        !guard.TryGetProperty(name, out var list) ? []
        : list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw new GateException(ConfigurationProblems.BrokenFile($"\"guard.{name}\" must be a list of globs", null));
}
