using DbGate.Configuration;

namespace DbGate.Protection;

/// <summary>What the settings state about the protection.</summary>
/// <param name="Mode">How.</param>
/// <param name="DeployRole">The login of releases, when it is not the role that installs.</param>
/// <param name="OwnerRole">Roles mode: owns the schema and cannot log in.</param>
/// <param name="RuntimeRole">Roles mode: the application's login.</param>
/// <param name="ExemptRoles">Logins that may change the schema at any time, such as a partition manager's.</param>
/// <param name="TripwireTables">Tables, as <c>schema.table</c> or <c>table</c>, that TRUNCATE and unbounded writes may not reach.</param>
sealed record ProtectionOptions(
    ProtectionMode Mode, string? DeployRole, string? OwnerRole, string? RuntimeRole, IReadOnlyList<string> ExemptRoles,
    IReadOnlyList<string> TripwireTables)
{
    public static ProtectionOptions From(Settings settings) => new(
        settings.Get(ProtectionSettings.Mode),
        Text(settings.Get(ProtectionSettings.DeployRole)),
        Text(settings.Get(ProtectionSettings.OwnerRole)),
        Text(settings.Get(ProtectionSettings.RuntimeRole)),
        List(settings.Get(ProtectionSettings.ExemptRoles)),
        List(settings.Get(ProtectionSettings.TripwireTables)));

    /// <summary>What an installation was made with.</summary>
    public static ProtectionOptions From(Installation installation) => new(
        installation.Mode,
        installation.DeployRole,
        installation.OwnerRole,
        installation.RuntimeRole,
        installation.ExemptRoles,
        [.. installation.Tripwires.Select(tripwire => $"{tripwire.Table.Schema}.{tripwire.Table.Name}").Distinct()]);

    static string? Text(string text) => text.Length == 0 ? null : text;

    static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
