using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;
using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary>
/// Asks a server what the restoring role may do there. What the catalogs decide is decided before anything is made. What some hosts allow
/// although the role is not a superuser (extensions, event triggers) is tried in the new, empty database, and rolled back.
/// </summary>
static class RightsCheck
{
    const string Denied = "42501";

    /// <summary>Demands what the catalogs decide.</summary>
    /// <exception cref="Problems.GateException">DBG0722.</exception>
    public static async Task DemandAsync(
        Session session, BackupManifest manifest, RestoreChanges changes, bool isPrepared, CancellationToken cancellationToken)
    {
        if (manifest.Needs is { } needs)
        {
            var role = await RoleAsync(session, needs, changes, cancellationToken);
            if (RestoreRights.Judge(needs, role, changes, isPrepared, new HashSet<string>())
                .Where(one => one.IsCertain)
                .ToArray() is { Length: > 0 } obstacles)
            {
                throw RestoreProblems.Rights(role.Name, obstacles);
            }
        }
    }

    /// <summary>Tries the rest in the database that is to be filled.</summary>
    /// <exception cref="Problems.GateException">DBG0722.</exception>
    public static async Task TryAsync(
        PostgresUrl url, BackupManifest manifest, RestoreChanges changes, bool isPrepared, CancellationToken cancellationToken)
    {
        if (manifest.Needs is not { } needs)
        {
            return;
        }

        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        var role = await RoleAsync(session, needs, changes, cancellationToken);
        if (role.IsSuperuser)
        {
            return;
        }

        // The target's own files decide which extensions need a superuser, not the source's.
        var present = await DatabaseContents.ExtensionsAsync(url, cancellationToken);
        var refused = new List<string>();
        foreach (var extension in manifest.Extensions.Select(one => one.Name).Except(present).Except(changes.Extensions))
        {
            if (await IsDeniedAsync(session, [$"CREATE EXTENSION {Sql.Identifier(extension)} CASCADE"], cancellationToken))
            {
                refused.Add(extension);
            }
        }

        var triggers = needs.SuperuserObjects.Where(what => what.StartsWith(RestoreNeeds.EventTrigger, StringComparison.Ordinal)).ToArray();
        var deniesTriggers = triggers.Length > 0 && !changes.OmitsEventTriggers && await IsDeniedAsync(
            session,
            [
                "CREATE FUNCTION public.dbgate_probe() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                "CREATE EVENT TRIGGER dbgate_probe ON ddl_command_end EXECUTE FUNCTION public.dbgate_probe()",
            ],
            cancellationToken);
        var found = RestoreRights.Judge(
            needs with { SuperuserExtensions = refused, SuperuserObjects = deniesTriggers ? triggers : [] }, role, changes, isPrepared,
            present);
        if (found.Count > 0)
        {
            throw RestoreProblems.Rights(role.Name, found, isPrepared ? "nothing was loaded" : RestoreProblems.Untouched);
        }
    }

    static Task<RestoringRole> RoleAsync(Session session, RestoreNeeds needs, RestoreChanges changes,
        CancellationToken cancellationToken) =>
        RestoreNeedsReader.RightsAsync(
            session, [.. needs.Owners.Select(owner => changes.Roles.GetValueOrDefault(owner, owner)).Distinct()], cancellationToken);

    // Other errors, such as a missing file of the extension, are for the loading to report: they are no matter of rights.
    static async Task<bool> IsDeniedAsync(Session session, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("BEGIN", cancellationToken);
        try
        {
            foreach (var statement in statements)
            {
                await session.ExecuteAsync(statement, cancellationToken);
            }

            return false;
        }
        catch (PostgresFault fault) when (fault.SqlState == Denied)
        {
            return true;
        }
        catch (PostgresFault)
        {
            return false;
        }
        finally
        {
            await session.ExecuteAsync("ROLLBACK", CancellationToken.None);
        }
    }
}
