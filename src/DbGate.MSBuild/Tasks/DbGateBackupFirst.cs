namespace DbGate.MSBuild;

/// <summary>Takes a backup, reads it back from the store and checks every byte; guard and safety rules before it.</summary>
public sealed class DbGateBackupFirst() : GateTask("backup-first");
