namespace DbGate.MSBuild;

/// <summary>Checks SSL, connection limits, the push flag, backup settings and the restore test's age.</summary>
public sealed class DbGateProductionSafety() : GateTask("production-safety");
