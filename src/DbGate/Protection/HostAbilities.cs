using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Protection;

/// <summary>What this server lets this role do, tried and not guessed.</summary>
/// <param name="Service">Whose server it is.</param>
/// <param name="Role">The role.</param>
/// <param name="IsSuperuser">It is a superuser.</param>
/// <param name="WhyNoEventTriggers">Null when it may create event triggers; else the server's words.</param>
/// <param name="MayCreateRoles">It may create roles.</param>
sealed record HostAbilities(HostedService Service, string Role, bool IsSuperuser, string? WhyNoEventTriggers, bool MayCreateRoles)
{
    /// <summary>Creates an event trigger that fires on nothing anyone does, and rolls it back.</summary>
    public static async Task<HostAbilities> ProbeAsync(
        Session session, ServerFacts facts, Installation? installation, CancellationToken cancellationToken)
    {
        var mayCreateRoles = await session.ScalarAsync<bool>(
            "select rolcreaterole or rolsuper from pg_roles where rolname = current_user", cancellationToken);
        var words = installation is { Mode: ProtectionMode.Triggers } ? null : await TryAsync(session, cancellationToken);
        return new HostAbilities(facts.Service, facts.Role, facts.IsSuperuser, words, mayCreateRoles);
    }

    static async Task<string?> TryAsync(Session session, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("begin", cancellationToken);
        try
        {
            await session.ExecuteAsync("set local lock_timeout = '5s'", cancellationToken);
            await session.ExecuteAsync(
                "create function pg_temp.dbgate_probe() returns event_trigger language plpgsql as 'begin end'", cancellationToken);
            await session.ExecuteAsync(
                "create event trigger dbgate_probe on ddl_command_start when tag in ('CREATE CONVERSION') execute function "
                    + "pg_temp.dbgate_probe()", cancellationToken);
            return null;
        }
        catch (PostgresFault fault)
        {
            return $"{fault.MessageText} (SQLSTATE {fault.SqlState})";
        }
        finally
        {
            await session.ExecuteAsync("rollback", CancellationToken.None);
        }
    }
}
