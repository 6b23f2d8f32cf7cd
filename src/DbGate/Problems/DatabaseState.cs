namespace DbGate.Problems;

/// <summary>The sentences that a problem uses to describe the state of the database.</summary>
static class DatabaseState
{
    /// <summary>Nothing was written.</summary>
    public const string Untouched = "database untouched; nothing deployed";

    /// <summary>No connection was made. A run that has made one replaces it: see <see cref="At"/>.</summary>
    public const string NotContacted = "database not contacted; nothing deployed";

    /// <summary>A deploy began and its outcome is not known.</summary>
    public const string Unknown = "database state unknown: a deploy began and its outcome could not be read";

    /// <summary>A deploy succeeded in this run before the problem was found.</summary>
    const string Deployed = "deployed in this run";

    const int Shown = 5;

    /// <summary>The state at the moment when a step ends: no sentence may deny what the run has done before.</summary>
    /// <param name="state">What the problem states.</param>
    /// <param name="contacted">True when the run has connected to a database.</param>
    /// <param name="deployed">The migrations that the run has applied.</param>
    internal static string? At(string? state, bool contacted, IReadOnlyCollection<string> deployed) => state switch
    {
        NotContacted or Untouched when deployed.Count > 0 =>
            $"{Deployed}: {string.Join(", ", deployed.Take(Shown))}{(deployed.Count > Shown ? $" and {deployed.Count - Shown} more" : "")}",
        NotContacted when contacted => Untouched,
        _ => state,
    };
}
