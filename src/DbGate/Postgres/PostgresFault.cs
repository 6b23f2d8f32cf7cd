namespace DbGate.Postgres;

/// <summary>An error that the server reported for a statement.</summary>
public sealed class PostgresFault : Exception
{
    internal PostgresFault(string sqlState, string messageText, Exception inner)
        : base($"{messageText} (SQLSTATE {sqlState})", inner) => (SqlState, MessageText) = (sqlState, messageText);

    /// <summary>Five characters; PostgreSQL's manual, appendix A.</summary>
    public string SqlState { get; }

    /// <summary>The server's primary message, in its language, with the URL's secrets scrubbed.</summary>
    public string MessageText { get; }

    /// <summary>ERROR, FATAL or PANIC, not translated.</summary>
    public string Severity { get; init; } = "ERROR";

    /// <summary>More about the error.</summary>
    public string? Detail { get; init; }

    /// <summary>What the server suggests.</summary>
    public string? Hint { get; init; }

    /// <summary>One-based position in characters within <see cref="Statement"/>; null when the server named none.</summary>
    public int? Position { get; init; }

    /// <summary>The statement that failed, where one of several was sent; null when the whole text is meant.</summary>
    public string? Statement { get; init; }

    /// <summary>Where in a function or a COPY it happened.</summary>
    public string? Where { get; init; }

    /// <summary>The schema concerned.</summary>
    public string? SchemaName { get; init; }

    /// <summary>The table concerned.</summary>
    public string? TableName { get; init; }

    /// <summary>The column concerned.</summary>
    public string? ColumnName { get; init; }

    /// <summary>The constraint concerned.</summary>
    public string? ConstraintName { get; init; }

    /// <summary>Trying the same again later may work: a lock or statement timeout, a deadlock, a serialization failure.</summary>
    public bool IsTransient => SqlState is "40001" or "40P01" or "55P03" or "57014";
}
