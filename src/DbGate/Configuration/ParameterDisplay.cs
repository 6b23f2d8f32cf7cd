namespace DbGate.Configuration;

/// <summary>What reports show of the values that a rehearsed command sends as parameters; the weaker last.</summary>
enum ParameterDisplay
{
    /// <summary>Nothing: they may be people's data.</summary>
    Hidden,

    /// <summary>All of them, as a comment behind the statement.</summary>
    Shown,
}
