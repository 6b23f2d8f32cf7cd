using DbGate.Backups;
using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>What a backup needs of the server and does not bring along: roles, tablespaces, extensions.</summary>
static class Prerequisites
{
    const string Tablespaces = "tablespaces";

    /// <summary>Demands them.</summary>
    /// <exception cref="GateException">DBG0712 roles, DBG0719 the rest.</exception>
    public static async Task DemandAsync(Session session, ArchiveReader archive, RestoreChanges changes,
        CancellationToken cancellationToken)
    {
        var manifest = archive.Manifest;
        DemandVersion(session, manifest.Source.ServerVersion / 10000);
        var roles =
            await MissingAsync(
                session, changes.IsNone ? manifest.Roles : await RolesAsync(archive, changes, cancellationToken), "pg_roles", "rolname",
                cancellationToken);
        if (roles.Count > 0)
        {
            throw RestoreProblems.MissingRoles(roles, manifest.RolesFile?.Key);
        }

        var spaces = await MissingAsync(session, TablespacesOf(manifest), "pg_tablespace", "spcname", cancellationToken);
        if (spaces.Count > 0)
        {
            throw RestoreProblems.WrongDatabase(
                $"The server lacks tablespaces of the backup: {string.Join(", ", spaces)}.",
                "CREATE TABLESPACE … LOCATION … on that server first");
        }

        await DemandExtensionsAsync(session, ChangedManifest.From(manifest, changes), "install their packages on that server's machine",
            cancellationToken);
    }

    // What is left out or renamed decides which roles are still named.
    static async Task<IReadOnlyList<string>> RolesAsync(ArchiveReader archive, RestoreChanges changes, CancellationToken cancellationToken)
    {
        var filter = new StatementFilter(changes, new HashSet<string>());
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var kind in (PartKind[])[PartKind.PreData, PartKind.PostData])
        {
            await using var stream = archive.OpenParts(kind);
            using var reader = new StreamReader(stream, archive.Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
            roles.UnionWith(filter.RolesIn(await reader.ReadToEndAsync(cancellationToken)));
        }

        return [.. roles.Where(role => !role.StartsWith("pg_", StringComparison.Ordinal))];
    }

    /// <summary>Demands that the server is not older than the backup.</summary>
    /// <param name="session">On the server.</param>
    /// <param name="major">The major version that the backup was taken from.</param>
    /// <exception cref="GateException">DBG0719: pg_dump writes for servers of its own version and newer ones.</exception>
    public static void DemandVersion(Session session, int major)
    {
        if (major > session.ServerMajor)
        {
            throw RestoreProblems.WrongDatabase(
                $"The backup is of PostgreSQL {major}, this server is PostgreSQL {session.ServerMajor}: an older server cannot load it.",
                $"Restore onto a server of PostgreSQL {major} or newer.");
        }
    }

    /// <summary>Makes roles and tablespaces on a scratch server; extensions cannot be made.</summary>
    public static async Task MakeAsync(
        Session session, BackupManifest manifest, IReadOnlySet<string> superusers, string extensionsFrom,
            CancellationToken cancellationToken)
    {
        DemandVersion(session, manifest.Source.ServerVersion / 10000);
        foreach (var role in await MissingAsync(session, manifest.Roles, "pg_roles", "rolname", cancellationToken))
        {
            await session.ExecuteAsync($"CREATE ROLE {Sql.Identifier(role)}{(superusers.Contains(role) ? " SUPERUSER" : "")}",
                cancellationToken);
        }

        foreach (var space in await MissingAsync(session, TablespacesOf(manifest), "pg_tablespace", "spcname", cancellationToken))
        {
            await session.ExecuteAsync("SET allow_in_place_tablespaces = on", cancellationToken);
            await session.ExecuteAsync($"CREATE TABLESPACE {Sql.Identifier(space)} LOCATION ''", cancellationToken);
        }

        await DemandExtensionsAsync(session, manifest, extensionsFrom, cancellationToken);
    }

    static async Task DemandExtensionsAsync(Session session, BackupManifest manifest, string from, CancellationToken cancellationToken)
    {
        var extensions =
            await MissingAsync(
                session, [.. manifest.Extensions.Select(extension => extension.Name)], "pg_available_extensions", "name",
                cancellationToken);
        if (extensions.Count > 0)
        {
            throw RestoreProblems.WrongDatabase(
                $"The server does not offer extensions of the backup: {string.Join(", ", extensions)}.",
                $"{from}, or name a server that has them in TEST_DATABASE_URL");
        }
    }

    static IReadOnlyList<string> TablespacesOf(BackupManifest manifest) =>
        [.. manifest.NotIncluded.Where(omission => omission.Kind == Tablespaces).SelectMany(omission => omission.Names)];

    static Task<IReadOnlyList<string>> MissingAsync(
        Session session, IReadOnlyList<string> names, string catalog, string column, CancellationToken cancellationToken) =>
        names.Count == 0
            ? Task.FromResult<IReadOnlyList<string>>([])
            : session.QueryAsync(
                $"SELECT wanted FROM unnest($1) wanted WHERE wanted NOT IN (SELECT {column}::text FROM pg_catalog.{catalog}) ORDER BY 1",
                row => row.GetString(0), cancellationToken, (object)names.ToArray());
}
