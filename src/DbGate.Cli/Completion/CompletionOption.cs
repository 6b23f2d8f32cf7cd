using DbGate.Configuration;
using DbGate.Cli.CommandLine;

namespace DbGate.Cli.Completion;

/// <summary>What is after an option's equals sign.</summary>
enum CompletionValue
{
    /// <summary>It is a switch.</summary>
    None,

    /// <summary>Something that no one can guess.</summary>
    Free,

    /// <summary>One of <see cref="CompletionOption.Words"/>.</summary>
    Word,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A file.</summary>
    File,
}

/// <summary>An option as a shell completes it.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Help">One line.</param>
/// <param name="Value">What its value is.</param>
/// <param name="Words">The values, when they are words.</param>
sealed record CompletionOption(string Name, string Help, CompletionValue Value, params IReadOnlyList<string> Words)
{
    static readonly Setting[] Folders =
        [GeneralSettings.Project, GeneralSettings.ReportsFolder, MigrationSettings.Folder, BackupSettings.Folder];
    static readonly Setting[] Files = [TaskOptions.RestoreFile, RestoreSettings.EnvFile];

    /// <summary>The settings' options and the host's.</summary>
    public static IReadOnlyList<CompletionOption> All { get; } =
    [
        .. SettingsCatalog.All.Where(setting => setting is { IsSecret: false, Option: not null }).Select(From),
        .. HostOption.All.Where(option => option != HostOption.Target).Select(From),
    ];

    /// <summary>As it is typed: with an equals sign when a value follows.</summary>
    public string Typed => Value == CompletionValue.None ? $"--{Name}" : $"--{Name}=";

    static CompletionOption From(Setting setting) => new(
        setting.Option!,
        setting.Help,
        setting.IsSwitch ? CompletionValue.None
        : setting.Shape.Kind == ValueKind.Word ? CompletionValue.Word
        : Folders.Contains(setting) ? CompletionValue.Folder
        : Files.Contains(setting) ? CompletionValue.File
        : CompletionValue.Free,
        setting.Shape.Words);

    static CompletionOption From(HostOption option) => new(
        option.Name,
        option.Help,
        option.Value switch
        {
            OptionValue.Word => CompletionValue.Word,
            OptionValue.Folder => CompletionValue.Folder,
            _ => CompletionValue.None,
        },
        option.Words);
}
