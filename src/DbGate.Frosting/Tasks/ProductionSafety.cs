using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>The safety rules.</summary>
[TaskName("production-safety")]
[TaskDescription("Checks SSL, connection limits, the push flag, backup settings and the restore test's age.")]
public sealed class ProductionSafety(GateSession session) : GateTask(session, new ProductionSafetyStep());
