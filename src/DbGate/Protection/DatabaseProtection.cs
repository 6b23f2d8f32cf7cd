using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Protection;

/// <summary>What is to be run to protect a database, decided against what the server allows.</summary>
/// <param name="Mode">The mode that was chosen.</param>
/// <param name="Script">One transaction.</param>
/// <param name="Abilities">What the server allows.</param>
sealed record ProtectionPlan(ProtectionMode Mode, string Script, HostAbilities Abilities);

/// <summary>Protects a database, and takes the protection away.</summary>
static class DatabaseProtection
{
    /// <summary>Decides what would be run; changes nothing.</summary>
    /// <exception cref="GateException">DBG0805 no event triggers here; DBG0811, DBG0812 a name that does not exist.</exception>
    public static async Task<ProtectionPlan> PlanAsync(
        DirectConnection connection, ProtectionOptions options, CancellationToken cancellationToken)
    {
        var session = connection.Session;
        var installation = await Installation.ReadAsync(session, cancellationToken);
        var abilities = await HostAbilities.ProbeAsync(session, connection.Facts, installation, cancellationToken);
        foreach (var (option, role) in new[] { ("--protection-deploy-role", options.DeployRole),
            ("--protection-runtime-role", options.RuntimeRole) }
            .Concat(options.ExemptRoles.Select(role => ("--protection-exempt-roles", (string?)role))))
        {
            await DemandRoleAsync(session, option, role, cancellationToken);
        }

        if (options.Mode == ProtectionMode.Roles)
        {
            return new ProtectionPlan(
                ProtectionMode.Roles, await RolesAsync(connection, options, installation, cancellationToken), abilities);
        }

        if (abilities.WhyNoEventTriggers is not null)
        {
            throw new GateException(ProtectionProblems.NoEventTriggers(abilities));
        }

        var tables = new List<TableName>();
        foreach (var table in options.TripwireTables)
        {
            tables.Add(await FindAsync(session, table, cancellationToken));
        }

        return new ProtectionPlan(ProtectionMode.Triggers, ProtectionScript.Install(options, tables, installation), abilities);
    }

    /// <summary>Runs a script of one transaction.</summary>
    /// <exception cref="GateException">DBG0806: the server refused, and nothing has changed.</exception>
    public static async Task RunAsync(Session session, string script, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteScriptAsync(script, cancellationToken);
        }
        catch (PostgresFault fault)
        {
            await session.ExecuteAsync("rollback", CancellationToken.None);
            throw new GateException(ProtectionProblems.NotInstalled(fault), fault);
        }
    }

    /// <summary>What takes the protection away.</summary>
    public static string Removal(Installation installation) =>
        installation.Mode == ProtectionMode.Roles ? RolesScript.Uninstall(installation) : ProtectionScript.Uninstall(installation);

    static async Task<string> RolesAsync(
        DirectConnection connection, ProtectionOptions options, Installation? installation, CancellationToken cancellationToken)
    {
        var roles = new ProtectionRoles(
            options.OwnerRole ?? $"{connection.Facts.DatabaseName}_owner",
            options.RuntimeRole ?? throw new GateException(ProtectionProblems.RoleMissing("--protection-runtime-role", null)),
            options.DeployRole ?? throw new GateException(ProtectionProblems.RoleMissing("--protection-deploy-role", null)));
        return RolesScript.Install(
            roles,
            await OwnedObjects.ReadAsync(connection.Session, cancellationToken),
            (connection.Facts.Role, connection.Facts.DatabaseName, connection.Facts.ServerMajor),
            installation is not null);
    }

    static async Task DemandRoleAsync(Session session, string option, string? role, CancellationToken cancellationToken)
    {
        if (role is not null
            && !await session.ScalarAsync<bool>("select exists (select from pg_roles where rolname = $1)", cancellationToken, role))
        {
            throw new GateException(ProtectionProblems.RoleMissing(option, role));
        }
    }

    static async Task<TableName> FindAsync(Session session, string table, CancellationToken cancellationToken)
    {
        var parts = table.Split('.', 2);
        var (schema, name) = parts.Length == 2 ? (parts[0], parts[1]) : (session.Url.Schema, table);
        return await session.ScalarAsync<bool>(
            "select exists (select from pg_class c where c.relname = $2 and c.relkind in ('r', 'p') and c.relnamespace = (select oid from "
                + "pg_namespace where nspname = $1))",
            cancellationToken,
            schema,
            name)
            ? new TableName(schema, name)
            : throw new GateException(ProtectionProblems.TableMissing(table));
    }
}
