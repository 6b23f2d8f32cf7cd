using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The evidence log.</summary>
[TaskName("audit")]
[TaskDescription("Shows the evidence log and verifies its chain and signatures. Detects a missing or edited record.")]
public sealed class Audit(GateSession session) : GateTask(session);
