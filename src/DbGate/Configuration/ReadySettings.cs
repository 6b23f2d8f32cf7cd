using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The readiness check after the deploy.</summary>
static class ReadySettings
{
    /// <summary>The application's readiness address.</summary>
    public static readonly Setting<string> Url = new("ready.url", ["READY_URL"], "address of the application's /ready", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>How long the application may take to become ready.</summary>
    public static readonly Setting<TimeSpan> Timeout = new(
        "ready.timeout", ["READY_TIMEOUT"], "how long to wait until the application is ready", Duration, TimeSpan.FromMinutes(2))
    {
        Class = Operational,
    };

    /// <summary>Whether a production without READY_URL blocks.</summary>
    public static readonly Setting<ReadyPolicy> Policy = new(
        "ready.policy", ["DBGATE_READY_POLICY"],
        "application: production requires READY_URL; ledger: the ledger and the safety checks are enough", Word<ReadyPolicy>(),
        Configuration.ReadyPolicy.Application)
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<ReadyPolicy>(),
    };
}
