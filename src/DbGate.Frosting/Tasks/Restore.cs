using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>A restore.</summary>
[TaskName("restore")]
[TaskDescription("Restores a backup into a new database and exchanges it; --into, --table and --file restore beside.")]
public sealed class Restore(GateSession session) : GateTask(session, new RestoreStep());
