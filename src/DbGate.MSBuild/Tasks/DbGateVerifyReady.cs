namespace DbGate.MSBuild;

/// <summary>Ledger clean, safety rules hold, and the application's /ready answers 200 and "ready".</summary>
public sealed class DbGateVerifyReady() : GateTask("verify-ready");
