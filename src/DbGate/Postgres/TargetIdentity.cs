namespace DbGate.Postgres;

/// <summary>
/// Which database this is, told by the server and not by a URL: every step of a release compares it with the plan's, so that the backup
/// and the migration meet the same database.
/// </summary>
/// <param name="SystemIdentifier">Of the cluster, from <c>pg_control_system()</c>; replicas have their primary's.</param>
/// <param name="DatabaseOid">Of the database within the cluster; a dropped and recreated database has another.</param>
/// <param name="DatabaseName">As the server spells it.</param>
/// <param name="ServerVersion">150018 is 15.18.</param>
/// <param name="InRecovery">True for a replica.</param>
sealed record TargetIdentity(string SystemIdentifier, uint DatabaseOid, string DatabaseName, int ServerVersion, bool InRecovery)
{
    /// <summary>The same database of the same cluster; a minor upgrade or a promotion in between does not matter.</summary>
    public bool IsSameDatabaseAs(TargetIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return SystemIdentifier == other.SystemIdentifier && DatabaseOid == other.DatabaseOid;
    }
}
