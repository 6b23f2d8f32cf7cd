using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>Corrects the ledger after a failure, and proves the claim first.</summary>
[TaskName("resolve")]
[TaskDescription("Marks a migration as applied or rolled back after comparing the schema.")]
public sealed class Resolve(GateSession session) : GateTask(session);
