using Cake.Core;
using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The whole chain in order. By itself (<c>--exclusive</c>) it blocks: a release in which no gate ran is not a pass.</summary>
[TaskName("release")]
[TaskDescription("Runs the whole chain: guard, safety, backup, rehearsal, plan, deploy, readiness.")]
[IsDependentOn(typeof(ForbidDbPush))]
[IsDependentOn(typeof(ProductionSafety))]
[IsDependentOn(typeof(BackupFirst))]
[IsDependentOn(typeof(Rehearse))]
[IsDependentOn(typeof(Compatibility))]
[IsDependentOn(typeof(Plan))]
[IsDependentOn(typeof(MigrateDeploy))]
[IsDependentOn(typeof(VerifyReady))]
public sealed class Release(GateSession session) : FrostingTask
{
    /// <inheritdoc/>
    public override void Run(ICakeContext context) => session.RequireGates("release");
}
