using DbGate.Configuration;
using DbGate.Git;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Compatibility.Models;

namespace DbGate.Releases.Compatibility;

/// <summary>
/// Collects the running release's queries: the best source of the target, the model of the deployed commit where that source is not
/// complete, and those that the project lists.
/// </summary>
static class RunningReleaseQueries
{
    /// <summary>Collects them once in a run.</summary>
    public static async Task<QueryCollection> CollectAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (context.State.RunningQueries is { } known)
        {
            return known;
        }

        var collected = await ReadAsync(context, cancellationToken);
        context.Update(state => state with { RunningQueries = collected });
        return collected;
    }

    static async Task<QueryCollection> ReadAsync(GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        var application = context.Target.Url.User;

        // What DbGate itself and the deploy send is not the running release's.
        string[] others = context.Target.DirectUrl.User == application ? [] : [context.Target.DirectUrl.User];
        var collected = await new StatementStatistics(session, others).ReadAsync(cancellationToken);
        if (collected.Queries.Count == 0)
        {
            var samples = await new ActivitySamples(session, others, context.Clock).ReadAsync(cancellationToken);
            collected = samples with { Notes = [.. collected.Notes, .. samples.Notes], IsPartial = true };
        }

        // Other roles' transactions are hidden from a role without pg_read_all_stats: then only its own count.
        var oldest = await session.ScalarAsync<double?>(
            """
            SELECT max(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start))::float8 FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
            """,
            cancellationToken);
        collected = collected with
        {
            OldestTransaction = oldest is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null,
            Activity = await TableUse.ReadAsync(session, cancellationToken),
        };
        var (deployed, unknown) = await DeployedCommit.OpenAsync(context, cancellationToken);
        if (collected.IsPartial)
        {
            collected = collected.With(deployed is null
                ? QueryCollection.None with { Notes = [$"the model of the deployed commit: {unknown}"] }
                : await DeployedModel.ReadAsync(deployed, application, context.Target.Url.Schema, cancellationToken));
        }

        return await ListedAsync(context, application, deployed, unknown, cancellationToken) is { } listed
            ? collected.With(listed)
            : collected;
    }

    /// <summary>
    /// The file or folder that the project names; null where it names none. Its queries in the deployed commit count, too: the release
    /// that is judged cannot take one out.
    /// </summary>
    public static async Task<QueryCollection?> ListedAsync(
        GateContext context, string application, GitCommit? deployed, string? unknown, CancellationToken cancellationToken)
    {
        if (context.Settings.Get(CompatibilitySettings.Queries) is not { Length: > 0 } name)
        {
            return null;
        }

        var path = context.Settings.GetPath(CompatibilitySettings.Queries);
        var listed = await QueryFiles.ReadAsync(path, name, application, cancellationToken);
        return deployed is null
            ? listed with { Notes = [.. listed.Notes, $"whether queries were taken out of {name} since the last release: {unknown}"] }
            : listed.With(await QueryFiles.ReadAsync(
                deployed, Path.GetRelativePath(context.Settings.Root, path).Replace('\\', '/'), name, application, cancellationToken));
    }
}
