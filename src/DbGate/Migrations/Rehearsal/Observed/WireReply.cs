namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>How the server ended a statement.</summary>
/// <param name="Tag">Its tag; empty when it failed.</param>
/// <param name="Error">Why it failed.</param>
sealed record WireReply(string Tag, WireError? Error);
