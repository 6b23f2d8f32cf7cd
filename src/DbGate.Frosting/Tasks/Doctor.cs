using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>What is missing here.</summary>
[TaskName("doctor")]
[TaskDescription("Shows what this machine and project lack, and the command that fixes it.")]
public sealed class Doctor(GateSession session) : GateTask(session);
