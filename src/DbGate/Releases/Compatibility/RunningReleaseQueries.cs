using DbGate.Configuration;
using DbGate.Migrations.Compatibility;

namespace DbGate.Releases.Compatibility;

/// <summary>Collects the running release's queries: the best source of the target, and those that the project lists.</summary>
static class RunningReleaseQueries
{
    public static async Task<QueryCollection> CollectAsync(GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        var application = context.Target.Url.User;

        // What DbGate itself and the deploy send is not the running release's.
        string[] others = context.Target.DirectUrl.User == application ? [] : [context.Target.DirectUrl.User];
        var collected = await new StatementStatistics(session, others).ReadAsync(cancellationToken);
        if (collected.Queries.Count == 0)
        {
            var samples = await new ActivitySamples(session, others, context.Clock).ReadAsync(cancellationToken);
            collected = samples with { Notes = [.. collected.Notes, .. samples.Notes] };
        }

        // Other roles' transactions are hidden from a role without pg_read_all_stats: then only its own count.
        var oldest = await session.ScalarAsync<double?>(
            """
            SELECT max(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start))::float8 FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
            """,
            cancellationToken);
        collected = collected with { OldestTransaction = oldest is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null };
        var listed = await ListedAsync(context, application, cancellationToken);
        return listed is null ? collected : collected.With(listed);
    }

    /// <summary>The file or folder that the project names; null where it names none.</summary>
    static async Task<QueryCollection?> ListedAsync(GateContext context, string application, CancellationToken cancellationToken) =>
        context.Settings.Get(CompatibilitySettings.Queries) is { Length: > 0 } name
            ? await QueryFiles.ReadAsync(
                context.Settings.GetPath(CompatibilitySettings.Queries), name, application, cancellationToken)
            : null;
}
