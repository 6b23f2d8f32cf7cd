namespace DbGate.Postgres;

/// <summary>One of PostgreSQL's client programs on this machine.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Version">Major and minor, as it says itself: 15.18; minor 0 for a beta.</param>
public sealed record ClientTool(string Path, Version Version)
{
    /// <summary><c>pg_dump</c>, <c>psql</c> …</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>What is known to be unsafe about this version: a warning (DBG0042), or null.</summary>
    public Problems.Problem? Warning => SecurityFloors.Of(this) is { } floor ? PostgresProblems.BelowSecurityFloor(this, floor) : null;
}
