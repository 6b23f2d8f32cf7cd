namespace DbGate.Releases.Plans;

/// <summary>A loss, counted on the restored data.</summary>
/// <param name="Name">What an approver writes to accept exactly this loss.</param>
/// <param name="Words">In words.</param>
sealed record PlanLoss(string Name, string Words)
{
    /// <summary>Counts it again before the deploy; null when there is nothing to count.</summary>
    public PlanLossCount? Recount { get; init; }

    /// <summary>Qualified name of the table, as it is before the migrations.</summary>
    public string? Table { get; init; }

    /// <summary>How many rows or values: what the approvers accept.</summary>
    public long? Number { get; init; }

    /// <summary>
    /// Rows that had been written to the table directly before the backup (<c>pg_stat_user_tables</c>); null when that was not read.
    /// </summary>
    public long? Writes { get; init; }
}

/// <summary>A query that counts a loss on a database before the migrations, run with the search path of the deploy.</summary>
/// <param name="Sql">One SELECT that returns one number and changes nothing.</param>
/// <param name="AtMost">What it returned on the restored data: with a higher number, more can be lost than was accepted.</param>
sealed record PlanLossCount(string Sql, long AtMost);
