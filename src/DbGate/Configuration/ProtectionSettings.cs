using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The protection that the database enforces itself.</summary>
static class ProtectionSettings
{
    /// <summary>How the database protects itself.</summary>
    public static readonly Setting<ProtectionMode> Mode = new(
        "protection.mode", ["DBGATE_PROTECTION_MODE"],
        "protect: triggers refuse schema changes; roles revoke the permission; auto: triggers where the server allows them",
        Word<ProtectionMode>(), Configuration.ProtectionMode.Auto)
    {
        Class = Guarding,
    };

    /// <summary>Whether production must be protected.</summary>
    public static readonly Setting<bool> Required = new(
        "protection.required", ["DBGATE_PROTECTION_REQUIRED"], "production blocks unless the database is protected", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Lower<bool>(),
    };

    /// <summary>The login of releases.</summary>
    public static readonly Setting<string> DeployRole = new(
        "protection.deployRole", ["DBGATE_PROTECTION_DEPLOY_ROLE"], "protect: login role of releases; default: the role that installs",
        Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The owner in roles mode.</summary>
    public static readonly Setting<string> OwnerRole = new(
        "protection.ownerRole", ["DBGATE_PROTECTION_OWNER_ROLE"],
        "protect, roles: owner of the schema, cannot log in; default: <database>_owner", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The application's login in roles mode.</summary>
    public static readonly Setting<string> RuntimeRole = new(
        "protection.runtimeRole", ["DBGATE_PROTECTION_RUNTIME_ROLE"], "protect, roles: login role of the application", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>Logins that the protection lets through.</summary>
    public static readonly Setting<string> ExemptRoles = new(
        "protection.exemptRoles", ["DBGATE_PROTECTION_EXEMPT_ROLES"],
        "protect: roles that may change the schema at any time, such as a partition manager; comma-separated", Text, "")
    {
        Class = Guarding,
        WeakerWhen = Weaker.MoreNames,
    };

    /// <summary>Tables with a tripwire.</summary>
    public static readonly Setting<string> TripwireTables = new(
        "protection.tripwireTables", ["DBGATE_PROTECTION_TRIPWIRE_TABLES"],
        "protect: tables that refuse TRUNCATE and whole-table DELETE or UPDATE; comma-separated", Text, "")
    {
        Class = Guarding,
        WeakerWhen = Weaker.FewerNames,
    };
}
