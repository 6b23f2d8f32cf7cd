namespace DbGate.Migrations.Failures;

/// <summary>Something that a statement creates, looked for in the database afterwards.</summary>
/// <param name="Statement">Which, from 1.</param>
/// <param name="What">In words.</param>
/// <param name="State">What the catalog reports of it.</param>
sealed record StatementTrace(int Statement, string What, TraceState State)
{
    /// <summary>True when the statement has left it; else the statement is not in the database.</summary>
    public bool IsMade => State == TraceState.Made;
}

/// <summary>What the catalog reports of an object that a statement creates.</summary>
enum TraceState
{
    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>It is there, and was before the file began: the statement cannot have made it.</summary>
    Older,

    /// <summary>It is there, and all that the catalog holds of it was written since the file began.</summary>
    Made,
}
