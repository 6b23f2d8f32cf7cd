using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The summary of a fleet.</summary>
[TaskName("aggregate")]
[TaskDescription("Writes one summary of a fleet from the reports of its databases: --fleet-reports=<folder>.")]
public sealed class Aggregate(GateSession session) : GateTask(session);
