using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>What is in <c>dbgate.installation</c> of a protected database.</summary>
/// <param name="Version">Of the SQL.</param>
/// <param name="Mode">How it protects.</param>
/// <param name="DeployRole">The login of releases, when named.</param>
/// <param name="OwnerRole">Roles mode: the owner.</param>
/// <param name="RuntimeRole">Roles mode: the application.</param>
/// <param name="ExemptRoles">Logins that are not held up.</param>
/// <param name="By">Who installed it.</param>
/// <param name="At">When.</param>
/// <param name="Tripwires">Tables with their triggers.</param>
sealed record Installation(
    int Version,
    ProtectionMode Mode,
    string? DeployRole,
    string? OwnerRole,
    string? RuntimeRole,
    IReadOnlyList<string> ExemptRoles,
    string By,
    DateTimeOffset At,
    IReadOnlyList<(TableName Table, string Trigger)> Tripwires)
{
    /// <summary>Reads it; null when the database is not protected. Any role may.</summary>
    /// <exception cref="Problems.GateException">DBG0802: the schema is there, its content is not.</exception>
    public static async Task<Installation?> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        var isThere = await session.QueryAsync(
            "select to_regnamespace('dbgate') is not null, to_regclass('dbgate.installation') is not null",
            row => (Schema: row.GetBoolean(0), Table: row.GetBoolean(1)),
            cancellationToken);
        if (!isThere[0].Schema)
        {
            return null;
        }

        var tripwires = await session.QueryAsync(
            """
            select n.nspname::text, c.relname::text, t.tgname::text
            from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
            where t.tgfoid = to_regprocedure('dbgate.tripwire()') order by 1, 2, 3
            """,
            row => (new TableName(row.GetString(0), row.GetString(1)), row.GetString(2)),
            cancellationToken);
        var rows = !isThere[0].Table ? [] : await session.QueryAsync(
            "select version, mode, deploy_role, owner_role, runtime_role, exempt_roles, installed_by, installed_at from only "
                + "dbgate.installation",
            row => new Installation(
                row.GetInt32(0),
                row.GetString(1) == "roles" ? ProtectionMode.Roles : ProtectionMode.Triggers,
                row.Optional<string>(2),
                row.Optional<string>(3),
                row.Optional<string>(4),
                row.GetFieldValue<string[]>(5),
                row.GetString(6),
                new DateTimeOffset(row.GetDateTime(7), TimeSpan.Zero),
                tripwires),
            cancellationToken);
        return rows.Count == 1
            ? rows[0]
            : throw new Problems.GateException(ProtectionProblems.Altered(["dbgate.installation does not hold its one row"]));
    }
}
