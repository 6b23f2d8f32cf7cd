using DbGate.Migrations.Tools;
using DbGate.Problems;

namespace DbGate.Releases.Resolving;

/// <summary>Why a claim about a migration is not written.</summary>
static class ResolveProblems
{
    const int Shown = 5;

    static readonly ProblemCode UntrueCode = new("DBG0229", "The claim about a migration is not true", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode UnconfirmedCode =
        new("DBG0238", "The claim about a migration is not confirmed", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode RequestCode = new("DBG0239", "The request to resolve a migration is invalid", ExitCode.Usage);

    public static Problem Untrue(Claim claim, IReadOnlyList<string> differences) =>
        new(UntrueCode,
            claim.IsApplied
                ? $"{claim.Subject} is not applied as its file says: {differences[0]}"
                : $"something of {claim.Subject} is in the database: {differences[0]}")
        {
            Cause = Listed(differences),
            State = DatabaseState.Untouched,
            Fix = claim.IsApplied
                ? new(
                    "Complete what is missing and run it again; or undo what the migration left, and mark it as rolled back",
                    Command(claim with { IsApplied = false }))
                : new(
                    "Undo what is left and run it again; or complete the migration, and mark it as applied",
                    Command(claim with { IsApplied = true })),
        };

    /// <param name="claim">The claim.</param>
    /// <param name="database">The name to confirm with.</param>
    /// <param name="unknown">What could not be compared; empty in production, where each claim is confirmed.</param>
    public static Problem Unconfirmed(Claim claim, string database, IReadOnlyList<string> unknown) =>
        new(UnconfirmedCode,
            unknown.Count == 0
                ? $"marking {claim.Subject} as {claim.As} in production needs a confirmation"
                : $"the catalog does not show whether {claim.Subject} is {claim.As}: {unknown[0]}")
        {
            Cause = unknown.Count == 0 ? "the comparison found nothing that contradicts it" : Listed(unknown),
            State = DatabaseState.Untouched,
            Fix = new(
                unknown.Count == 0
                    ? "Confirm it with the database's name"
                    : "Look at the database yourself; if the claim is true, confirm it with the database's name",
                Command(claim) with { Options = [.. Command(claim).Options, ("confirm", database)] }),
        };

    public static Problem Incomplete(string what) =>
        new(RequestCode, what)
        {
            State = DatabaseState.NotContacted,
            Fix = new(
                "Name the migration and what is true of it",
                FixCommand.Gate("resolve", ("migration", CommandArgument.Placeholder("name")), ("as", "rolled-back"))),
        };

    public static Problem NoSuchMigration(string name, IReadOnlyList<string> names) =>
        new(RequestCode, $"neither the ledger nor the migrations folder has a migration {name}")
        {
            Cause = names.Count == 0 ? "both are empty" : $"there are: {Listed(names, ", ")}",
            State = DatabaseState.Untouched,
            Fix = "Write the name as the report of verify-ready does",
        };

    public static Problem NoFile(string name) =>
        new(RequestCode, $"{name} has no file that says what applied means")
        {
            State = DatabaseState.Untouched,
            Fix = "Restore its file (git log -- it), then run it again",
        };

    public static Problem NotWritten(MigrationTool tool, string name, string why) =>
        new(RequestCode, $"DbGate does not write this state of {name} into the ledger of {tool.Facts.Name}")
        {
            Cause = why,
            State = DatabaseState.Untouched,
            Fix = new($"Use the tool's own command ({tool.Facts.Page})", [.. new[] { tool.Repair(name) }.OfType<FixCommand>()]),
        };

    /// <summary>The task with a claim.</summary>
    public static GateCommand Command(Claim claim) =>
        FixCommand.Gate("resolve", ("migration", string.Join(ResolveCommand.Separator, claim.Names)), ("as", claim.As));

    static string Listed(IReadOnlyList<string> texts, string separator = "; ") =>
        string.Join(separator, texts.Take(Shown)) + (texts.Count > Shown ? $"{separator}and {texts.Count - Shown} more" : "");
}
