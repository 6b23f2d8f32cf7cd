using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The protection inside the database.</summary>
[TaskName("protect")]
[TaskDescription("Makes the database refuse schema changes outside a release. --verify only checks; --print-sql only writes the SQL.")]
public sealed class Protect(GateSession session) : GateTask(session);
