using DbGate.Migrations.Failures;
using DbGate.Statements;

namespace DbGate.Migrations.Deploy;

/// <summary>Left by a deploy that failed within a migration: what is known of that moment.</summary>
/// <param name="Failed">The migration, with its row as the ledger has it now.</param>
/// <param name="Outcome">What the engine stated.</param>
/// <param name="Applied">The migrations of this deploy that are applied, in order.</param>
/// <param name="NotBegun">Those that it did not come to.</param>
/// <param name="Invalid">The invalid indexes that it left.</param>
/// <param name="Since">The first transaction that can be the deploy's.</param>
sealed record DeployStop(
    MigrationEntry Failed, DeployOutcome Outcome, IReadOnlyList<string> Applied, IReadOnlyList<string> NotBegun,
    IReadOnlyList<InvalidIndex> Invalid, long Since)
{
    /// <summary>Where it failed, as far as the server, the ledger and the engine's output tell.</summary>
    public FailurePlace? PlaceIn(SqlScript script) => Place(Failed, Outcome, script);

    /// <summary>The same of a migration that gave way.</summary>
    public static FailurePlace? Place(MigrationEntry failed, DeployOutcome outcome, SqlScript script) =>
        outcome.Fault is { } fault
            ? FailurePlaces.From(script, fault)
            : FailurePlaces.Read(script, failed.Row?.Logs) ?? FailurePlaces.Read(script, outcome.Failure);
}
