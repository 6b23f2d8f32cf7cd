namespace DbGate.Problems;

/// <summary>The sentences that a problem uses to say what happened to the database.</summary>
public static class DatabaseState
{
    /// <summary>Nothing was written.</summary>
    public const string Untouched = "database untouched; nothing deployed";

    /// <summary>Nothing was even connected to.</summary>
    public const string NotContacted = "database not contacted; nothing deployed";

    /// <summary>A deploy began and its outcome is not known.</summary>
    public const string Unknown = "database state unknown: a deploy began and its outcome could not be read";
}
