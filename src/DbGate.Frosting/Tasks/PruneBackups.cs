using Cake.Frosting;
using DbGate.Gates.Steps;

namespace DbGate.Frosting.Tasks;

/// <summary>Retention.</summary>
[TaskName("prune-backups")]
[TaskDescription("Deletes backups that no rule wants any more; --preview only says which, and why.")]
public sealed class PruneBackups(GateSession session) : GateTask(session, new PruneBackupsStep());
