using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>Approvals that were given on GitHub.</summary>
[TaskName("github-approvals")]
[TaskDescription("Counts GitHub reviews of this workflow run as approvals of --plan=<digest>.")]
public sealed class GitHubApprovals(GateSession session) : GateTask(session);
