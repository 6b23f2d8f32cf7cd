using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Releases of many databases.</summary>
static class FleetSettings
{
    /// <summary>The databases of a fleet.</summary>
    public static readonly Setting<string> List =
        new("fleet.list", ["DBGATE_FLEET_LIST"], "fleet, aggregate: file with one database name per line", Text, "")
    {
        Class = Operational,
    };

    /// <summary>Those that go first.</summary>
    public static readonly Setting<int> Canaries =
        new("fleet.canaries", ["DBGATE_FLEET_CANARIES"], "fleet: number of databases that are released first, on their own", Whole(0, 256),
            1)
    {
        Class = Operational,
    };

    /// <summary>How many go at the same time.</summary>
    public static readonly Setting<int> Shards =
        new("fleet.shards", ["DBGATE_FLEET_SHARDS"], "fleet: number of shards for the other databases", Whole(1, 256), 20)
    {
        Class = Operational,
    };

    /// <summary>Where a fleet's reports are.</summary>
    public static readonly Setting<string> Reports = new(
        "fleet.reports", ["DBGATE_FLEET_REPORTS"], "aggregate: folder with the databases' reports, <database>/<run>/report.json", Text,
        "artifacts/dbgate-fleet")
    {
        Class = Operational,
    };
}
