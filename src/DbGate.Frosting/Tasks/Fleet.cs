using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The split of a fleet.</summary>
[TaskName("fleet")]
[TaskDescription("Splits the databases of --fleet-list into canaries and shards, as JSON for a matrix.")]
public sealed class Fleet(GateSession session) : GateTask(session);
