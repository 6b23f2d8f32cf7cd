using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>The plan, its approval and the rules in force.</summary>
static class PlanSettings
{
    /// <summary>The plan to approve or to deploy.</summary>
    public static readonly Setting<string> Digest =
        new("plan", ["DBGATE_PLAN"], "digest of the plan to approve or deploy; the first 8 digits are enough", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>How long a plan may be deployed.</summary>
    public static readonly Setting<TimeSpan> Expiry =
        new("planExpiry", ["DBGATE_PLAN_EXPIRY"], "how long a plan may be approved and deployed", Duration, TimeSpan.FromHours(1))
    {
        Class = Guarding,
        WeakerWhen = Weaker.Higher<TimeSpan>(),
    };

    /// <summary>Who asks for the run.</summary>
    public static readonly Setting<string> RequestedBy = new(
        "requestedBy", ["DBGATE_REQUESTED_BY", "GITHUB_ACTOR"],
        "who requests the plan and may not approve it; default: the account on this machine", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>Who may approve, from a protected branch.</summary>
    public static readonly Setting<string> ApproversFile = new(
        "approversFile", ["DBGATE_APPROVERS_FILE"],
        "file from a protected branch with one approver per line; dbgate.json can then only be stricter", Text, "")
    {
        Class = TrustedOnly,
    };

    /// <summary>The rules of a protected place.</summary>
    public static readonly Setting<string> PolicyFile = new(
        "policyFile", ["DBGATE_POLICY_FILE"],
        "file from a protected branch with the keys of dbgate.json and a list `approvers`; the commit can then only be stricter", Text, "")
    {
        Class = TrustedOnly,
    };
}
