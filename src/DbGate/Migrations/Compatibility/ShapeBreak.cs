namespace DbGate.Migrations.Compatibility;

/// <summary>How a query of the running release suffers.</summary>
enum BreakWeight
{
    /// <summary>Each call fails, or returns something else than before.</summary>
    Fails,

    /// <summary>It depends on the values or on the driver.</summary>
    MayFail,

    /// <summary>Once on each connection that holds it as a prepared statement.</summary>
    FailsOnce,

    /// <summary>It works, without an index that served it.</summary>
    Slower,

    /// <summary>It works, and writes something else than before.</summary>
    Differs,
}

/// <summary>One effect of a schema change on a query.</summary>
/// <param name="Weight">How much.</param>
/// <param name="Words">What happens, without values of the query.</param>
sealed record ShapeEffect(BreakWeight Weight, string Words)
{
    /// <summary>Makes the index that is missing; null where none is.</summary>
    public string? Remedy { get; init; }
}

/// <summary>Where a query begins to suffer.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Statement">Which of its statements, from 1; null when only the migration is known.</param>
/// <param name="Location">The statement.</param>
sealed record BreakPlace(string Migration, int? Statement, Problems.SourceLocation Location);

/// <summary>A query of the running release that does not work as before.</summary>
/// <param name="Hash">Names it.</param>
/// <param name="Shape">The query without literals.</param>
/// <param name="Role">Who sends it.</param>
/// <param name="Calls">How often.</param>
/// <param name="Weight">How it suffers.</param>
/// <param name="Words">What happens.</param>
sealed record ShapeBreak(string Hash, string Shape, string Role, long Calls, BreakWeight Weight, string Words)
{
    /// <summary>Makes the index that is missing; null where none is.</summary>
    public string? Remedy { get; init; }

    /// <summary>From where on; null when that is not known.</summary>
    public BreakPlace? Place { get; init; }
}
