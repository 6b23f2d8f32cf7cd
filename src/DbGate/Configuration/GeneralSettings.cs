using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Settings of every run: the environment, the project and the output.</summary>
static class GeneralSettings
{
    /// <summary>Where the release goes.</summary>
    public static readonly Setting<TargetEnvironment> Environment = new(
        "environment", ["DBGATE_ENVIRONMENT"], "development, staging or production", Word<TargetEnvironment>(),
        TargetEnvironment.Development)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<TargetEnvironment>(),
    };

    /// <summary>The gated project's root.</summary>
    public static readonly Setting<string> Project = new(
        "project", ["DBGATE_PROJECT"], "root folder of the gated project", Text, ".")
    {
        Class = Operational,
    };

    /// <summary>Machine-readable output.</summary>
    public static readonly Setting<bool> Json = new("json", ["DBGATE_JSON"], "print only the JSON report on standard output", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Every warning in full.</summary>
    public static readonly Setting<bool> Verbose =
        new("verbose", ["DBGATE_VERBOSE"], "show each warning and each harmless note in full, not one block for each kind", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Nothing but problems.</summary>
    public static readonly Setting<bool> Quiet =
        new("quiet", ["DBGATE_QUIET"], "print only problems, so that a schedule sends mail only when there is one", Switch, false)
    {
        Class = Operational,
    };

    /// <summary>Where reports go.</summary>
    public static readonly Setting<string> ReportsFolder = new(
        "reportsFolder", ["DBGATE_REPORTS"], "folder of the reports, relative to the project", Text, "artifacts/dbgate")
    {
        Class = Operational,
    };
}
