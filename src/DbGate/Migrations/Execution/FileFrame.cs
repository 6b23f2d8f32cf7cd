using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Postgres;

namespace DbGate.Migrations.Execution;

/// <summary>
/// What an engine sends around a migration file: session state and the ledger's row. The direct engine and the rehearsal take it from here,
/// so the rehearsal resets a session exactly when the engine does.
/// </summary>
/// <param name="Before">In a transaction of its own before the file.</param>
/// <param name="AtEnd">In the file's own transaction, after its last statement; empty where the file has transactions of its own.</param>
/// <param name="After">In a transaction of its own after the file.</param>
sealed record FileFrame(IReadOnlyList<string> Before, IReadOnlyList<string> AtEnd, IReadOnlyList<string> After)
{
    /// <summary>Nothing: for files that are run without a ledger.</summary>
    public static FileFrame None { get; } = new([], [], []);

    // The end of the row is written by the role that the session began with, whatever the file has set.
    static readonly string[] OwnRole = ["reset session authorization", "reset role"];

    /// <summary>The direct engine: each file begins with the session as it was at the start of the deploy.</summary>
    /// <param name="ledger">Of the target.</param>
    /// <param name="file">The file.</param>
    /// <param name="schema">The schema of the URL.</param>
    /// <param name="next">The file whose row begins in the transaction in which this one's ends; null for none.</param>
    public static FileFrame Direct(LedgerWriter ledger, PendingFile file, string schema, PendingFile? next = null)
    {
        string[] before = [.. AfterReset(schema), ledger.Start(file.Id, file.Migration, file.Mark)];
        return file.IsWhole
            ? new(
                before,
                [.. OwnRole, next is null ? ledger.Finish(file.Id) : ledger.FinishAndStart(file.Id, next.Id, next.Migration, next.Mark)],
                [])
            : new(before, [], [.. AfterReset(schema), ledger.Finish(file.Id)]);
    }

    /// <summary>A command: the session's state goes from file to file, and from a file to the tool's own statements.</summary>
    /// <param name="ledger">Writes without the schema's name.</param>
    /// <param name="file">The file.</param>
    public static FileFrame Plain(LedgerWriter ledger, PendingFile file) =>
        new([ledger.Start(file.Id, file.Migration, null)], [], [ledger.Finish(file.Id)]);

    /// <summary>Ends what a file has set (a dump's empty search_path, another role). Temporary tables stay.</summary>
    public static IReadOnlyList<string> ResetSession(string schema) =>
        [.. OwnRole, "reset all", $"set search_path = {Sql.Identifier(schema)}"];

    // What a file has made the default for transactions (read-only, state) counts until the next one begins.
    static IReadOnlyList<string> AfterReset(string schema) => [.. ResetSession(schema), ScriptSteps.Commit, ScriptSteps.Begin];

    /// <summary>Commands as one transaction, whatever the session's defaults are: they count from the next transaction on.</summary>
    public static IReadOnlyList<string> Transaction(IReadOnlyList<string> commands) => [ScriptSteps.Begin, .. commands, ScriptSteps.Commit];
}
