using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>Without the protection inside the database.</summary>
[TaskName("unprotect")]
[TaskDescription("Removes the protection. In production only with --confirm=<database>.")]
public sealed class Unprotect(GateSession session) : GateTask(session, new UnprotectStep());
