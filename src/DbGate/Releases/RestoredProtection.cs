using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>
/// A restore replaces a database, and with it the protection inside it. Where the backup was taken before the installation, or without it,
/// the restored database gets the same protection again.
/// </summary>
static class RestoredProtection
{
    /// <summary>The protection of the database that is to be replaced; null where there is none, or the database cannot be asked.</summary>
    public static async Task<Installation?> ReadAsync(GateContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await Session.OpenAsync(context.Target.DirectUrl, null, cancellationToken);
            return await Installation.ReadAsync(session, cancellationToken);
        }
        catch (Exception fault) when (fault is GateException or PostgresFault)
        {
            return null;
        }
    }

    /// <summary>Installs it again where the restored database lacks it.</summary>
    /// <returns>What happened, and the problem where it could not be installed; null where nothing was lost.</returns>
    public static async Task<(Fact Fact, Problem? Problem)?> KeepAsync(
        GateContext context, Installation? before, CancellationToken cancellationToken)
    {
        if (before is null)
        {
            return null;
        }

        try
        {
            await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
            if (await Installation.ReadAsync(connection.Session, cancellationToken) is { } restored && restored.Mode == before.Mode)
            {
                return (new Fact("protection", "came with the backup"), null);
            }

            var plan = await DatabaseProtection.PlanAsync(connection, ProtectionOptions.From(before), cancellationToken);
            await using (await AdvisoryLock.AcquireAsync(connection.Session, "deploy", cancellationToken))
            {
                await DatabaseProtection.RunAsync(connection.Session, plan.Script, cancellationToken);
            }

            return (new Fact("protection", "the backup does not contain it; it was installed again"), null);
        }
        catch (Exception fault) when (fault is GateException or PostgresFault)
        {
            var why = fault is GateException { Problem: var problem } ? problem.Message : fault.Message;
            return (new Fact("protection", "lost"), ProtectionProblems.LostByRestore(why));
        }
    }
}
