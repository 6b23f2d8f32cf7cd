using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The test of the running release.</summary>
[TaskName("compatibility")]
[TaskDescription("Tests the running release's queries on the schema of the pending migrations.")]
[IsDependentOn(typeof(BackupFirst))]
public sealed class Compatibility(GateSession session) : GateTask(session);
