using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>What the guard and the safety checks accept.</summary>
static class SafetySettings
{
    /// <summary>A production without anything that the command guard could follow.</summary>
    public static readonly Setting<bool> NoEntrypoints = new(
        "noEntrypoints", ["DBGATE_NO_ENTRYPOINTS"], "production: declares that production runs no file of this project", Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
    };

    /// <summary>A release from files that no commit contains.</summary>
    public static readonly Setting<bool> AllowDirtyWorkTree = new(
        "allowDirtyWorkTree", ["DBGATE_ALLOW_DIRTY_WORK_TREE"], "production: allow a release whose work tree differs from the commit",
        Switch, false)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<bool>(),
    };

    /// <summary>Whether <c>prisma db push</c> is allowed; must not be true in production.</summary>
    public static readonly Setting<string> PushAllowed = new(
        "pushAllowed", ["PRISMA_DB_PUSH_ALLOWED"], "must not be true in production", Text, "")
    {
        Class = Operational,
    };

    /// <summary>How far a replica may lag.</summary>
    public static readonly Setting<TimeSpan> ReplicaMaxLag = new(
        "replicaMaxLag", ["DBGATE_REPLICA_MAX_LAG"], "longest accepted lag of the read replica", Duration, TimeSpan.FromSeconds(30))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };
}
