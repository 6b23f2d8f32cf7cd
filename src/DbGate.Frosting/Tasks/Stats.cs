using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>Size and row counts.</summary>
[TaskName("stats")]
[TaskDescription("Shows the size of the database and the rows of its tables. --exact counts them.")]
public sealed class Stats(GateSession session) : GateTask(session);
