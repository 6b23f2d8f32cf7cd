using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>A restore.</summary>
[TaskName("restore")]
[TaskDescription("Restores a backup into a new database, verifies it and swaps it in. --into, --table and --file keep it separate.")]
public sealed class Restore(GateSession session) : GateTask(session);
