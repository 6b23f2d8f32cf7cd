using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The proof that a backup can be restored.</summary>
[TaskName("restore-test")]
[TaskDescription("Restores the newest backup into a scratch database, compares every row and records the result.")]
public sealed class RestoreTest(GateSession session) : GateTask(session);
