using System.Security.Cryptography;
using DbGate.Backups.Manifests;
using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary>The restoring role on a throwaway server, with the rights that it has in the source and no others.</summary>
static class ScratchRole
{
    /// <summary>Gives the server the role, and the role the database.</summary>
    /// <param name="superuser">The database, as the server's superuser.</param>
    /// <param name="plain">The same without settings of the session, which the role may not be allowed to make.</param>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The database, as the role.</returns>
    public static async Task<PostgresUrl> CreateAsync(PostgresUrl superuser, PostgresUrl plain, RestoringRole role,
        CancellationToken cancellationToken)
    {
        var (name, password) = (Sql.Identifier(role.Name), RandomNumberGenerator.GetHexString(32, lowercase: true));
        await using (var session = await Session.OpenAsync(superuser, null, cancellationToken))
        {
            var exists =
                await session.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)", cancellationToken,
                    role.Name);
            await session.ExecuteAsync(
                $"{(exists ? "ALTER" : "CREATE")} ROLE {name} LOGIN NOSUPERUSER {(role.CanCreateDatabase ? "CREATEDB" : "NOCREATEDB")} "
                    + $"PASSWORD {Sql.Literal(password)}", cancellationToken);
            foreach (var other in role.MemberOf)
            {
                await session.ExecuteAsync($"GRANT {Sql.Identifier(other)} TO {name}", cancellationToken);
            }

            // Anyone who creates a database owns it.
            await session.ExecuteAsync($"ALTER DATABASE {Sql.Identifier(plain.Database)} OWNER TO {name}", cancellationToken);
        }

        var url = plain.WithCredentials(role.Name, password);
        await using var own = await Session.OpenAsync(url, null, cancellationToken);
        return await SessionReset.ApplyAsync(url, own, cancellationToken);
    }
}
