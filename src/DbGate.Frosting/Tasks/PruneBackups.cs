using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>Retention.</summary>
[TaskName("prune-backups")]
[TaskDescription("Deletes backups that no retention rule keeps. --preview only lists them with the reason.")]
public sealed class PruneBackups(GateSession session) : GateTask(session);
