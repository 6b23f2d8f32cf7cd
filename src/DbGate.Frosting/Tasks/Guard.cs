using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The guard's door for hooks.</summary>
[TaskName("guard")]
[TaskDescription("Judges one command line (--command=\"…\"). Exits 10 when it is destructive for the environment.")]
public sealed class Guard(GateSession session) : GateTask(session);
