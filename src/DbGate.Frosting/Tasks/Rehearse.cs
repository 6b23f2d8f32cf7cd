using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The rehearsal.</summary>
[TaskName("rehearse")]
[TaskDescription("Restores this run's backup into a scratch server and runs the pending migrations there.")]
[IsDependentOn(typeof(BackupFirst))]
public sealed class Rehearse(GateSession session) : GateTask(session);
