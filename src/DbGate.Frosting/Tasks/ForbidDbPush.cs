using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The guard.</summary>
[TaskName("forbid-db-push")]
[TaskDescription("Verifies that production does not reach a command that destroys the schema or its data.")]
public sealed class ForbidDbPush(GateSession session) : GateTask(session);
