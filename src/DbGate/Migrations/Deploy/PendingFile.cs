using DbGate.Migrations.Execution;
using DbGate.Migrations.Tools;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Deploy;

/// <summary>A file as the direct engine applies it.</summary>
/// <param name="Migration">Which.</param>
/// <param name="Script">Its statements.</param>
/// <param name="Id">Of its row in the ledger.</param>
/// <param name="IsWhole">It applies, together with its row's end, as one transaction.</param>
sealed record PendingFile(Migration Migration, SqlScript Script, string Id, bool IsWhole)
{
    /// <summary>What is in the row's <c>logs</c> until it ends.</summary>
    public string? Mark => IsWhole ? LedgerRow.WholeMark : null;

    /// <exception cref="Problems.GateException">DBG0217: a file is no longer the one that was checked; or it cannot be taken
    /// apart.</exception>
    public static PendingFile Of(Migration migration) => From(migration, migration.Split());

    /// <summary>The same, with the file taken apart already.</summary>
    public static PendingFile From(Migration migration, SqlScript script) => new(migration, script, LedgerWriter.NewId(), IsOne(script));

    static bool IsOne(SqlScript script) =>
        script.Statements.Count > 0
        && !script.Statements.Any(SetsReadOnly)
        && GivingWays.LeavesNothing(script, ScriptExecution.IsAtomic(script) ? TransactionRule.WholeFile : TransactionRule.PerStatement);

    /// <summary>The ledger's row could not end in such a transaction.</summary>
    static bool SetsReadOnly(SqlStatement statement) =>
        StatementParser.Parse(statement.Text) is SetParameter && statement.Text.Contains("read", StringComparison.OrdinalIgnoreCase);
}
