using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The safety rules.</summary>
[TaskName("production-safety")]
[TaskDescription("Checks TLS, connection limits, the push flag, backup settings and the age of the last restore test.")]
public sealed class ProductionSafety(GateSession session) : GateTask(session);
