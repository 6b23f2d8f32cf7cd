namespace DbGate.Migrations.Compatibility;

/// <summary>Why the server refuses a query.</summary>
/// <param name="SqlState">PostgreSQL's code.</param>
/// <param name="Message">PostgreSQL's message, without values of the query.</param>
sealed record ShapeError(string SqlState, string Message);

/// <summary>A column of a result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The number of its type.</param>
sealed record ResultColumn(string Name, uint Type);

/// <summary>What the server states about one query, at one moment of a schema.</summary>
sealed record ShapeState
{
    /// <summary>The text that was tested: of normalised texts a form that the server takes.</summary>
    public required string Text { get; init; }

    /// <summary>Null when the server takes the query, and the role may run it.</summary>
    public ShapeError? Error { get; init; }

    /// <summary>True when the server refuses it only with the parameter types that it had before, as drivers send them.</summary>
    public bool FailsWithTypes { get; init; }

    /// <summary>The types of its parameters.</summary>
    public IReadOnlyList<uint> Parameters { get; init; } = [];

    /// <summary>The columns that it returns.</summary>
    public IReadOnlyList<ResultColumn> Results { get; init; } = [];

    /// <summary>Its plan.</summary>
    public PlanFacts Plan { get; init; } = PlanFacts.None;

    /// <summary>What the plan costs; null where that was not asked.</summary>
    public PlanCost? Cost { get; init; }

    /// <summary>Sequences that a default of an INSERT draws from and the role may not use, as the plan writes them.</summary>
    public IReadOnlyList<string> DeniedSequences { get; init; } = [];
}

/// <summary>What a role may do, at one moment of a schema.</summary>
/// <param name="Active">Tables (schema and name) where policies decide about this role's rows.</param>
/// <param name="Permitted">Tables and commands (<c>r</c>, <c>a</c>, <c>w</c>, <c>d</c>) for which a policy permits something.</param>
/// <param name="Granted">Tables and privileges that the role has.</param>
/// <param name="Policies">Tables and the policies that decide about this role's rows there.</param>
sealed record RoleSecurity(
    IReadOnlySet<string> Active,
    IReadOnlySet<(string Table, char Command)> Permitted,
    IReadOnlySet<(string Table, string Privilege)> Granted,
    IReadOnlySet<(string Table, string Policy)> Policies)
{
    public static RoleSecurity None { get; } =
        new(new HashSet<string>(), new HashSet<(string, char)>(), new HashSet<(string, string)>(), new HashSet<(string, string)>());

    /// <summary>True when policies are in force, and none permits the command.</summary>
    public bool Denies(string table, char command) => Active.Contains(table) && !Permitted.Contains((table, command));
}
