using DbGate.Configuration;
using DbGate.Releases;
using Microsoft.Extensions.Configuration;

namespace DbGate.Gates;

/// <summary>
/// What a program of its own runs gates with. Everything that is not set here is read as on the command line: from the process's
/// variables, the <c>.env</c> files and <c>dbgate.json</c> of the project.
/// </summary>
public sealed record DbGateOptions
{
    /// <summary>The section that <see cref="FromConfiguration"/> is usually given.</summary>
    public const string SectionName = "DbGate";

    const string UrlVariable = "DBGATE_OPTIONS_DATABASE_URL";

    /// <summary>The gated project's folder; a relative one starts from the process's folder. Default: that folder.</summary>
    public string ProjectDirectory { get; init; } = ".";

    /// <summary>Where the release goes; null: as configured, else development.</summary>
    public TargetEnvironment? Environment { get; init; }

    /// <summary>
    /// The database: <c>postgresql://…</c> or a connection string of .NET. A secret: never in a report. Null: the variables of the
    /// environment.
    /// </summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>Other settings by the name of their option without dashes, such as <c>backup-folder</c>; a switch has an empty
    /// value.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where verdicts are published, next to the report; none by default.</summary>
    public IReadOnlyList<IReportPublisher> Publishers { get; init; } = [];

    /// <summary>
    /// Reads <c>ProjectDirectory</c>, <c>Environment</c>, <c>DatabaseUrl</c> and <c>Settings:&lt;option&gt;</c>. A person who can write
    /// that configuration sets the rules of the run: it counts as the run's environment, not as the commit.
    /// </summary>
    /// <param name="section">Usually <c>configuration.GetSection(DbGateOptions.SectionName)</c>.</param>
    /// <exception cref="Problems.GateException">DBG0002: <c>Environment</c> is not one of the environments.</exception>
    public static DbGateOptions FromConfiguration(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var environment = section[nameof(Environment)];
        return new()
        {
            ProjectDirectory = section[nameof(ProjectDirectory)] is { Length: > 0 } folder ? folder : ".",
            Environment = string.IsNullOrEmpty(environment) ? null : ReadEnvironment(environment),
            DatabaseUrl = section[nameof(DatabaseUrl)] is { Length: > 0 } url ? url : null,
            Settings = section.GetSection(nameof(Settings)).GetChildren()
                .ToDictionary(child => child.Key, child => child.Value ?? "", StringComparer.Ordinal),
        };
    }

    internal GateInput ToInput()
    {
        var options = new Dictionary<string, string>(Settings, StringComparer.Ordinal)
        {
            [GeneralSettings.Project.Option!] = ProjectDirectory,
        };
        if (Environment is { } environment)
        {
            options[GeneralSettings.Environment.Option!] = environment.ToString().ToLowerInvariant();
        }

        if (DatabaseUrl is not null)
        {
            options[DatabaseSettings.DatabaseUrlVariable.Option!] = UrlVariable;
        }

        var input = GateInput.OfProcess(options, Directory.GetCurrentDirectory()) with { Publishers = Publishers };
        return DatabaseUrl is { } url
            ? input with { Variables = new Dictionary<string, string>(input.Variables, StringComparer.Ordinal) { [UrlVariable] = url } }
            : input;
    }

    static TargetEnvironment ReadEnvironment(string text) =>
        GeneralSettings.Environment.Reader.TryRead(text, out var environment)
            ? environment
            : throw new Problems.GateException(ConfigurationProblems.InvalidValue(
                GeneralSettings.Environment,
                new SettingValue(text, new SettingSource(SettingLayer.Environment, $"{SectionName}:{nameof(Environment)}"))));
}
