using System.Globalization;
using DbGate.Migrations.Execution;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>How a statement can be measured without changing what it does. Pure.</summary>
static class MeasuringRules
{
    // They take no snapshot, so that SET TRANSACTION may still follow them; a query of DbGate's would forbid it.
    static readonly string[] WithoutSnapshot =
    [
        "set", "reset", "show", "lock", "listen", "unlisten", "notify", "discard", "load", "deallocate", "prepare", "close", "checkpoint",
        "savepoint", "release", "rollback",
    ];

    // Alone, they do nothing or fail; within a transaction that DbGate opens they would do something.
    static readonly string[] NeedTransaction = ["lock", "declare", "fetch", "move", "close", "set", "savepoint", "release", "rollback"];

    static readonly string[] SessionWords =
        ["search_path", "set role", "session authorization", "read only", "read_only", "statement_timeout"];

    // Shorter than this, a query of DbGate's own could be what the file's time-out ends.
    const long ShortestTimeout = 1000;

    /// <summary>True when the session itself may be asked after the statement, within the file's transaction.</summary>
    public static bool MayAskAfter(SqlStatement statement) => !WithoutSnapshot.Contains(FirstWord(statement));

    /// <summary>
    /// True when a statement that commits on its own does the same within a transaction of DbGate's, where its locks can be read.
    /// </summary>
    public static bool MayBeWrapped(SqlStatement statement) =>
        !ScriptSteps.CommitsItself(statement) && !NeedTransaction.Contains(FirstWord(statement)) && MayAskAfter(statement);

    /// <summary>True for a statement that sets a time-out which a query of DbGate's could exceed.</summary>
    public static bool SetsShortTimeout(ParsedStatement parsed) =>
        parsed is SetParameter { Name: "statement_timeout" or "transaction_timeout", Value: var value }
        && long.TryParse(
            value.ToLowerInvariant().Replace("ms", "", StringComparison.Ordinal).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var milliseconds)
        && milliseconds is > 0 and < ShortestTimeout;

    /// <summary>True for a statement that commits by itself and leaves every table and view as it is: it is about indexes.</summary>
    public static bool KeepsRelations(ParsedStatement parsed) => parsed is CreateIndex or Drop { Kind: "index" } or Reindex;

    /// <summary>True for a statement that may have changed what the engine's own statements find in the session.</summary>
    public static bool SetsSession(string text) => SessionWords.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    static string FirstWord(SqlStatement statement) => TransactionCommands.FirstWords(statement.Text, 1)[0];
}
