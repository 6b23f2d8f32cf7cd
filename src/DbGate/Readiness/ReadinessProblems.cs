using DbGate.Problems;

namespace DbGate.Readiness;

/// <summary>What can be wrong with an application's readiness.</summary>
static class ReadinessProblems
{
    static readonly ProblemCode NoAddressCode = new("DBG0601", "READY_URL is not set", ExitCode.Blocked);
    static readonly ProblemCode NotReadyCode = new("DBG0602", "The application did not become ready", ExitCode.Blocked);
    static readonly ProblemCode AddressCode = new("DBG0603", "READY_URL is not an http or https address", ExitCode.Usage);

    /// <param name="state">What the run has done to the database.</param>
    public static Problem NoAddress(string state) =>
        new(NoAddressCode, "READY_URL is not set, so the application was not asked")
        {
            Cause = "in production a release is not verified before the application itself says ready",
            State = state,
            Fix = "set READY_URL=https://…/ready, or say that the ledger is enough: DBGATE_READY_POLICY=ledger",
        };

    public static Problem NotReady(
        Uri address, TimeSpan deadline, int attempts, ReadyAnswer last, string state = "the ledger was read before, and is clean") =>
        new(NotReadyCode,
            $"{Shown(address)} did not become ready within {deadline.TotalSeconds:0.#} s ({attempts} "
                + $"{(attempts == 1 ? "attempt" : "attempts")})")
        {
            Cause = $"last answer: {last}",
            State = state,
            Fix = new(
                "Look at the log of the application, then ask again", FixCommand.Run("curl", "-i", Shown(address)),
                FixCommand.Gate("verify-ready")),
        };

    public static Problem Address(string text) =>
        new(AddressCode, $"READY_URL is no http or https address: {text}")
        {
            State = DatabaseState.NotContacted,
            Fix = "set READY_URL=https://…/ready",
        };

    /// <summary>Without user and query, which may hold a token.</summary>
    static string Shown(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
