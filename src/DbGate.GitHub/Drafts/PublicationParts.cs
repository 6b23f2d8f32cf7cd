using DbGate.Releases.Deploys;

namespace DbGate.GitHub;

/// <summary>The ways in which a verdict is shown.</summary>
static class PublicationParts
{
    public const string Check = "check";
    public const string Status = "status";
    public const string Deployment = "deployment";
    public const string Comment = "comment";
    public const string Issue = "issue";

    /// <summary>Not chosen but caused, by an event that asks for an answer.</summary>
    public const string Protection = "protection";

    /// <summary>What can be chosen.</summary>
    public static IReadOnlyList<string> Default { get; } = [Check, Status, Deployment, Comment, Issue];

}
