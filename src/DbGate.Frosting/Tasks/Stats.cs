using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>Size and row counts.</summary>
[TaskName("stats")]
[TaskDescription("Shows the database's size and its tables' rows; --exact counts them.")]
public sealed class Stats(GateSession session) : GateTask(session, new StatsStep());
