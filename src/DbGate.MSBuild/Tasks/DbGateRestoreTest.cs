namespace DbGate.MSBuild;

/// <summary>Restores the newest backup into a test database, compares every row, and records the result.</summary>
public sealed class DbGateRestoreTest() : GateTask("restore-test");
