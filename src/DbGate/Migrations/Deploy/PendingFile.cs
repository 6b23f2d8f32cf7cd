using DbGate.Migrations.Statements;

namespace DbGate.Migrations.Deploy;

/// <summary>A file as the direct engine applies it.</summary>
/// <param name="Migration">Which.</param>
/// <param name="Script">Its statements.</param>
/// <param name="Id">Of its row in the ledger.</param>
/// <param name="IsWhole">It applies, together with its row's end, as one transaction.</param>
sealed record PendingFile(Migration Migration, SqlScript Script, string Id, bool IsWhole)
{
    /// <summary>What stands in the row's <c>logs</c> until it ends.</summary>
    public string? Mark => IsWhole ? LedgerRow.WholeMark : null;

    /// <exception cref="Problems.GateException">DBG0217: a file is no longer the one that was checked; or it cannot be taken apart.</exception>
    public static PendingFile Of(Migration migration)
    {
        var script = migration.Split();
        return new(migration, script, LedgerWriter.NewId(), IsOne(script));
    }

    static bool IsOne(SqlScript script) =>
        script.Statements.Count > 0
        && GivingWays.LeavesNothing(script, ScriptExecution.IsAtomic(script) ? TransactionRule.WholeFile : TransactionRule.PerStatement);
}
