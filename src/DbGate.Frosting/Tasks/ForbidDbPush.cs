using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>The guard.</summary>
[TaskName("forbid-db-push")]
[TaskDescription("Proves that no production path reaches prisma db push, migrate dev or migrate reset.")]
public sealed class ForbidDbPush(GateSession session) : GateTask(session, new ForbidDbPushStep());
