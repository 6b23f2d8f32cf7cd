namespace DbGate.MSBuild;

/// <summary>
/// Guard, safety rules and backup; then re-checks everything under a lock, applies the pending migrations, and reads the ledger again.
/// </summary>
public sealed class DbGateMigrateDeploy() : GateTask("migrate-deploy");
