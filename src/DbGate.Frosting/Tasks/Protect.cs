using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>The protection inside the database.</summary>
[TaskName("protect")]
[TaskDescription("Makes the database itself refuse schema changes outside of a release; --verify looks, --print-sql only writes the SQL.")]
public sealed class Protect(GateSession session) : GateTask(session, new ProtectStep());
