using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>A backup by itself, for schedules: without the release's preconditions.</summary>
[TaskName("backup")]
[TaskDescription("Takes and verifies a backup without a release, for schedules.")]
public sealed class Backup(GateSession session) : GateTask(session);
