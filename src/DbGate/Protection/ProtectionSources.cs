using System.Collections.Frozen;
using System.Text.RegularExpressions;
using DbGate.Configuration;

namespace DbGate.Protection;

/// <summary>The SQL that DbGate installs, and what of it can be compared with what a server has.</summary>
static partial class ProtectionSources
{
    /// <summary>Stands in <c>dbgate.installation</c>; raised with every change of the SQL.</summary>
    public const int Version = 2;

    /// <summary>The event triggers, by name, with their events.</summary>
    public static readonly FrozenDictionary<string, string> EventTriggers = new Dictionary<string, string>
    {
        ["dbgate_start"] = "ddl_command_start",
        ["dbgate_end"] = "ddl_command_end",
        ["dbgate_drop"] = "sql_drop",
        ["dbgate_rewrite"] = "table_rewrite",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The schema and what is true of the installation.</summary>
    public static string Installation { get; } = Read("installation.sql");

    /// <summary>The rules in force.</summary>
    public static string Rules { get; } = Read("rules.sql");

    /// <summary>Tables, sequences and functions of the mode <see cref="ProtectionMode.Triggers"/>.</summary>
    public static string Triggers { get; } = Read("triggers.sql");

    /// <summary>The event triggers: last, because from then on they guard.</summary>
    public static string Switch { get; } = Read("event-triggers.sql");

    /// <summary>The functions' bodies, by name, exactly as <c>pg_proc.prosrc</c> holds them.</summary>
    public static FrozenDictionary<string, string> Bodies { get; } =
        Function()
            .Matches(Triggers)
            .ToFrozenDictionary(match => match.Groups["name"].Value, match => match.Groups["body"].Value, StringComparer.Ordinal);

    static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ProtectionSources).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(
        @"create function dbgate\.(?<name>\w+)\(.*?\$dbgate\$(?<body>.*?)\$dbgate\$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Function();
}
