using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The backup before a release.</summary>
[TaskName("backup-first")]
[TaskDescription("Takes a backup, reads it back from the store and checks every byte.")]
[IsDependentOn(typeof(ForbidDbPush))]
[IsDependentOn(typeof(ProductionSafety))]
public sealed class BackupFirst(GateSession session) : GateTask(session);
