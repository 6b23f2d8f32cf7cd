using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>What earlier runs had to keep.</summary>
[TaskName("publish")]
[TaskDescription("Publishes verdicts that earlier runs kept because GitHub did not answer.")]
public sealed class Publish(GateSession session) : GateTask(session);
