using System.Security.Cryptography;
using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Releases.Rehearsals;

/// <summary>Gives a throwaway server what the target's server has, so that the deploy's own role finds its own rights there.</summary>
/// <param name="cluster">What the target has.</param>
/// <param name="session">A superuser of the throwaway server, in the scratch database.</param>
sealed class ClusterCopy(TargetCluster cluster, Session session)
{
    readonly List<string> missing = [];

    /// <summary>What could not be made as on the target.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Makes all roles by name, for the restore: what they may do comes afterwards, because a restore needs more.</summary>
    public async Task MakeRolesAsync(CancellationToken cancellationToken)
    {
        var there =
            (await session.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken))
                .ToHashSet(StringComparer.Ordinal);
        foreach (var role in cluster.Roles.Where(role => !there.Contains(role.Name)))
        {
            await session.ExecuteAsync($"CREATE ROLE {Sql.Identifier(role.Name)}", cancellationToken);
        }
    }

    /// <summary>Gives roles, memberships, settings, owner and rights to the restored database.</summary>
    /// <param name="database">The scratch database.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The password of the role that deploys.</returns>
    public async Task<string> ApplyAsync(string database, CancellationToken cancellationToken)
    {
        foreach (var role in cluster.Roles)
        {
            await TryAsync($"ALTER ROLE {Sql.Identifier(role.Name)} {role.Attributes}", $"the attributes of role {role.Name}",
                cancellationToken);
        }

        foreach (var member in cluster.Memberships)
        {
            var isKnown = session.ServerMajor >= 16 || member.Options?.Contains("TRUE", StringComparison.Ordinal) == false;
            var options = member.Options is null ? "" : $" WITH {(isKnown ? member.Options : "")}";
            await TryAsync(
                $"GRANT {Sql.Identifier(member.Role)} TO {Sql.Identifier(member.Member)}{options}",
                $"the membership of {member.Member} in {member.Role}", cancellationToken);
        }

        await CopyDatabaseAsync(Sql.Identifier(database), cancellationToken);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await session.ExecuteAsync($"ALTER ROLE {Sql.Identifier(cluster.DeployRole)} LOGIN PASSWORD {Sql.Literal(password)}",
            cancellationToken);
        return password;
    }

    async Task CopyDatabaseAsync(string database, CancellationToken cancellationToken)
    {
        if (cluster.Grants is { } grants)
        {
            await TryAsync($"REVOKE ALL ON DATABASE {database} FROM PUBLIC", "the rights on the database", cancellationToken);
            foreach (var grant in grants)
            {
                await TryAsync(
                    $"GRANT {grant.Privilege} ON DATABASE {database} TO {grant.Grantee}{(grant.IsGrantable ? " WITH GRANT OPTION" : "")}",
                    $"the right {grant.Privilege} on the database for {grant.Grantee}", cancellationToken);
            }
        }

        await TryAsync($"ALTER DATABASE {database} OWNER TO {Sql.Identifier(cluster.Owner)}", "the owner of the database",
            cancellationToken);
        foreach (var setting in cluster.Settings)
        {
            var subject = (setting.Role, setting.IsOfDatabase) switch
            {
                (null, _) => $"DATABASE {database}",
                ({ } role, true) => $"ROLE {Sql.Identifier(role)} IN DATABASE {database}",
                ({ } role, false) => $"ROLE {Sql.Identifier(role)}",
            };
            await TryAsync(
                $"ALTER {subject} SET {DatabaseProperties.Assignment(setting.Option)}",
                $"the setting {setting.Option.Split('=')[0]} of {setting.Role ?? "the database"}", cancellationToken);
        }
    }

    async Task TryAsync(string sql, string what, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync(sql, cancellationToken);
        }
        catch (PostgresFault fault)
        {
            missing.Add($"{what}: the scratch server refused it ({fault.MessageText})");
        }
    }
}
