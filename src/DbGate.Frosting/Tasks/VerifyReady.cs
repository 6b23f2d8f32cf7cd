using Cake.Frosting;

namespace DbGate.Frosting.Tasks;

/// <summary>The release is there.</summary>
[TaskName("verify-ready")]
[TaskDescription("Verifies that the ledger is clean, the safety rules hold and /ready answers 200 and \"ready\".")]
public sealed class VerifyReady(GateSession session) : GateTask(session);
