using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>The release manager's list.</summary>
[TaskName("checklist")]
[TaskDescription("The before/after/90-days list, each line measured.")]
public sealed class Checklist(GateSession session) : GateTask(session, new ChecklistStep());
