using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>A migration for two releases.</summary>
[TaskName("split")]
[TaskDescription("Replaces a migration by two, for this release and the next one, and proves that they give the same schema.")]
public sealed class Split(GateSession session) : GateTask(session);
