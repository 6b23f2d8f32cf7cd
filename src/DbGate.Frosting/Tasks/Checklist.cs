using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The release manager's list.</summary>
[TaskName("checklist")]
[TaskDescription("Shows the release manager's checklist with a measured value for each line.")]
public sealed class Checklist(GateSession session) : GateTask(session);
