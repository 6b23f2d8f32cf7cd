using DbGate.Configuration;
using DbGate.Migrations.Compatibility;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Rehearsals;

namespace DbGate.Releases.Compatibility;

/// <summary>What plans the running release's queries on the rows of a rehearsal.</summary>
static class PlanProbes
{
    /// <returns>Null where the running release is not tested, or no query of it is known; the step compatibility states why.</returns>
    public static async Task<PlanProbe?> CreateAsync(
        GateContext context, IReadOnlyList<MigrationScript> pending, CancellationToken cancellationToken)
    {
        if (context.Settings.Get(CompatibilitySettings.Policy) == CompatibilityPolicy.Off)
        {
            return null;
        }

        try
        {
            var queries = await RunningReleaseQueries.CollectAsync(context, cancellationToken);
            return queries.Queries.Count == 0 ? null
                : new(queries.Queries, [.. pending.Select(one => one.Script.Text)], context.Target.Url.Schema);
        }
        catch (Exception fault) when (fault is GateException or PostgresFault)
        {
            return null; // a rehearsal does not need them; the step compatibility fails with the same fault
        }
    }
}
