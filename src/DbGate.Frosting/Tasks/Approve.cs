using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The approval.</summary>
[TaskName("approve")]
[TaskDescription("Approves a plan: --plan=<digest> --by=<name>. Asks on a terminal; elsewhere --confirm=APPROVE_PRODUCTION.")]
public sealed class Approve(GateSession session) : GateTask(session);
