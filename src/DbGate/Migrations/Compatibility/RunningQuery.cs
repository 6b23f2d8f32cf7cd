namespace DbGate.Migrations.Compatibility;

/// <summary>A query that the running release sends.</summary>
/// <param name="Role">The role that sends it.</param>
/// <param name="Text">As the server or a file has it. It is tested on a scratch server and never leaves this machine.</param>
/// <param name="Calls">How often it was counted, in the unit of its source; 0 where the source does not count.</param>
/// <param name="Milliseconds">The time that all of these calls took; 0 where the source does not measure.</param>
sealed record RunningQuery(string Role, string Text, long Calls, double Milliseconds)
{
    /// <summary>The text without literals and comments: what reports show.</summary>
    public string Shape => field ??= ShapeText.From(Text);

    /// <summary>Names the shape in evidence.</summary>
    public string Hash => field ??= ShapeText.Hash(Shape);
}

/// <summary>What one source knows of the running release's queries.</summary>
/// <param name="Source">Where they are from, for people: <c>pg_stat_statements</c>.</param>
/// <param name="Queries">Each role and text once, most calls first.</param>
sealed record QueryCollection(string Source, IReadOnlyList<RunningQuery> Queries)
{
    /// <summary>Since when the source has counted; null when that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it was read, by the clock of the server.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The age of the oldest transaction that ran when it was read; null when it is not known.</summary>
    public TimeSpan? OldestTransaction { get; init; }

    /// <summary>How much each table is used.</summary>
    public DatabaseActivity Activity { get; init; } = DatabaseActivity.None;

    /// <summary>True when the application may send queries that the source does not hold.</summary>
    public bool IsPartial { get; init; }

    /// <summary>What the source could not give, and how to change that.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public static QueryCollection None { get; } = new("", []);

    /// <summary>How long the source has counted, in seconds; null when that is not known.</summary>
    public double? Seconds => Since is { } since && ReadAt is { } now && now > since ? (now - since).TotalSeconds : null;

    /// <summary>Adds the queries of a file: they are tested as well, and can replace or remove nothing.</summary>
    public QueryCollection With(QueryCollection other)
    {
        var known = Queries.Select(query => (query.Role, query.Shape)).ToHashSet();
        RunningQuery[] added = [.. other.Queries.Where(query => known.Add((query.Role, query.Shape)))];
        return this with
        {
            Source = Source.Length == 0 ? other.Source : added.Length == 0 ? Source : $"{Source} and {other.Source}",
            Queries = [.. Queries, .. added],
            Notes = [.. Notes, .. other.Notes],
        };
    }
}
