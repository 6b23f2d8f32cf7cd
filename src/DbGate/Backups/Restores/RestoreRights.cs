using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>Something that a role may not do and a restore needs.</summary>
/// <param name="What">A clause: "extension x needs a superuser".</param>
/// <param name="Fix">What helps, as a clause.</param>
/// <param name="IsCertain">False where some hosts allow it nevertheless: only the attempt reports.</param>
sealed record RestoreObstacle(string What, string Fix, bool IsCertain)
{
    /// <summary>For an administrator.</summary>
    public IReadOnlyList<FixCommand> Statements { get; init; } = [];

    /// <summary>What a restore can leave out instead, as the option has it; null for nothing.</summary>
    public string? Omit { get; init; }

    /// <summary>A database that an administrator prepares helps.</summary>
    public bool CanBePrepared { get; init; }
}

/// <summary>What keeps a role from restoring a backup, before anything of it is loaded. Pure.</summary>
static class RestoreRights
{
    const string Administrator = "As an administrator, whose URL is in ADMIN_URL";

    /// <summary>The role's own URL would not do: it lacks the right.</summary>
    static ProgramCommand AsAdministrator(string statement) =>
        FixCommand.Run("psql", CommandArgument.Variable("ADMIN_URL"), "-c", statement) with { Note = Administrator };

    /// <summary>Judges.</summary>
    /// <param name="needs">What the backup needs.</param>
    /// <param name="role">The restoring role, with the rights that it has where the backup is restored.</param>
    /// <param name="changes">What is left out or given to other roles.</param>
    /// <param name="isPrepared">The database exists already.</param>
    /// <param name="present">Extensions that it has already.</param>
    public static IReadOnlyList<RestoreObstacle> Judge(
        RestoreNeeds needs, RestoringRole role, RestoreChanges changes, bool isPrepared, IReadOnlySet<string> present)
    {
        if (role.IsSuperuser)
        {
            return [];
        }

        var name = Sql.Identifier(role.Name);
        var owners = changes.OmitsOwners
            ? []
            : needs.Owners.Select(owner => changes.Roles.GetValueOrDefault(owner, owner))
                .Distinct()
                .Where(owner => owner != role.Name)
                .Except(role.MemberOf)
                .ToArray();
        var extensions = needs.SuperuserExtensions.Except(changes.Extensions).Except(present).ToArray();
        var objects = needs.SuperuserObjects
            .Where(what => !changes.OmitsEventTriggers || !what.StartsWith(RestoreNeeds.EventTrigger, StringComparison.Ordinal)).ToArray();
        RestoreObstacle?[] all =
        [
            role.CanCreateDatabase || isPrepared ? null : new(
                "it may not create a database", "give it the right, or let an administrator create an empty database and restore into it",
                IsCertain: true)
            {
                Statements = [AsAdministrator($"ALTER ROLE {name} CREATEDB")],
                CanBePrepared = true,
            },
            owners.Length == 0 ? null : new(
                $"objects belong to {string.Join(", ", owners)}, and it is not a member of "
                    + $"{(owners.Length == 1 ? "that role" : "these roles")}",
                "make it a member, or leave the owners out",
                IsCertain: true)
            {
                // Membership in a superuser's role would give it more than a restore needs.
                Statements =
                [
                    .. owners.Except(needs.SuperuserOwners)
                        .Select(owner => AsAdministrator($"GRANT {Sql.Identifier(owner)} TO {name}")),
                ],
                Omit = RestoreChanges.Owners,
            },
            extensions.Length == 0 ? null : new(
                $"{(extensions.Length == 1 ? "extension" : "extensions")} {string.Join(", ", extensions)} "
                    + $"{(extensions.Length == 1 ? "needs" : "need")} a superuser",
                "let an administrator create a database with the extension and restore into it, or leave the extension out",
                IsCertain: false)
            {
                Statements =
                [
                    .. extensions.Select(extension =>
                        AsAdministrator($"CREATE EXTENSION {Sql.Identifier(extension)}") with
                        {
                            Note = "As an administrator, with the prepared database in ADMIN_URL",
                        }),
                ],
                Omit = string.Join(',', extensions.Select(extension => RestoreChanges.ExtensionPrefix + extension)),
                CanBePrepared = true,
            },
            objects.Length == 0 ? null : new(
                $"only a superuser may create {RestoreProblems.Some(objects)}", "restore as a superuser, or leave event triggers out",
                IsCertain: false)
            {
                Omit = objects.All(what => what.StartsWith(RestoreNeeds.EventTrigger, StringComparison.Ordinal))
                    ? RestoreChanges.EventTriggers
                    : null,
            },
        ];
        return [.. all.OfType<RestoreObstacle>()];
    }
}
