using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The running release on the migrated schema.</summary>
static class CompatibilitySettings
{
    /// <summary>Whether the running release's queries are tested.</summary>
    public static readonly Setting<CompatibilityPolicy> Policy = new(
        "compatibility.policy", ["DBGATE_COMPATIBILITY"],
        "queries of the running release on the migrated schema; require: a failure blocks production; warn: it is reported; off",
        Word<CompatibilityPolicy>(), CompatibilityPolicy.Require)
    {
        Option = "compatibility",
        Class = Guarding,
        WeakerWhen = Weaker.Higher<CompatibilityPolicy>(),
    };

    /// <summary>Queries that are tested in addition to those that the target's statistics hold.</summary>
    public static readonly Setting<string> Queries = new(
        "compatibility.queries", ["DBGATE_COMPATIBILITY_QUERIES"],
        "file of SQL, or folder of .sql files, with queries of the running release; tested in addition to the target's statistics", Text,
        "")
    {
        Class = Guarding,
        WeakerWhen = Weaker.Replaced,
    };

    /// <summary>A release during which the application may fail.</summary>
    public static readonly Setting<bool> Maintenance = new(
        "compatibility.maintenance", ["DBGATE_COMPATIBILITY_MAINTENANCE"],
        "release in a maintenance window: failing queries of the running release do not block, and each approver accepts them by name",
        Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
    };

    /// <summary>The commit whose application runs now.</summary>
    public static readonly Setting<string> Commit = new(
        "compatibility.commit", ["DBGATE_COMPATIBILITY_COMMIT"],
        "full hash of the commit that runs now; its model and its list of queries are tested (default: the evidence log's last deploy)",
        Text, "")
    {
        Class = TrustedOnly,
    };
}
