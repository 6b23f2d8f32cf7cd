using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The guard.</summary>
[TaskName("forbid-db-push")]
[TaskDescription("Verifies that production does not reach prisma db push or another destructive command.")]
public sealed class ForbidDbPush(GateSession session) : GateTask(session);
