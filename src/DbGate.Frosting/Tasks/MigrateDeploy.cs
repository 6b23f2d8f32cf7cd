using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The deploy.</summary>
[TaskName("migrate-deploy")]
[TaskDescription("Checks everything again under a lock, applies the pending migrations and reads the ledger again.")]
[IsDependentOn(typeof(BackupFirst))]
public sealed class MigrateDeploy(GateSession session) : GateTask(session);
