namespace DbGate.MSBuild;

/// <summary>Shows the database's size and its tables' rows.</summary>
public sealed class DbGateStats() : GateTask("stats");
