using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The plan.</summary>
[TaskName("plan")]
[TaskDescription("Writes the plan of a deploy with a digest to approve.")]
[IsDependentOn(typeof(Rehearse))]
[IsDependentOn(typeof(Compatibility))]
public sealed class Plan(GateSession session) : GateTask(session);
