namespace DbGate.Evidence.Approvals;

/// <summary>What is typed to confirm.</summary>
static class ApprovalWords
{
    /// <summary><c>APPROVE_PRODUCTION</c>.</summary>
    public static string For(string environment) => $"APPROVE_{environment.ToUpperInvariant()}";
}
