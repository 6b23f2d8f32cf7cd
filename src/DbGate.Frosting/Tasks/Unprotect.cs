using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>Without the protection inside the database.</summary>
[TaskName("unprotect")]
[TaskDescription("Removes the protection. In production only with --confirm=<database>.")]
public sealed class Unprotect(GateSession session) : GateTask(session);
