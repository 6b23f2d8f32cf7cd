using DbGate.Configuration;
using DbGate.Git;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Compatibility.Models;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Rehearsals;

namespace DbGate.Gates.Steps;

/// <summary>
/// Tests the queries that the released commit's own files show, on the schema of its migrations: <c>compatibility --from-schema</c>, for a
/// pull request without production. It leaves no evidence and nothing that a plan could use.
/// </summary>
sealed class CompatibilityFromSchemaStep : IStep
{
    static readonly string[] NotSeen =
    [
        "the queries that production really gets, and how often: its statistics were not read",
        "the rights of the application's role: one role owns the scratch database and sends everything",
    ];

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("compatibility") with
    {
        DryRun = "apply the repository's released migrations to an empty throwaway server, and parse and plan the queries of the released "
            + "commit's model before and after the new migrations there; contact no target",
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        if (project.ReadFolder().Migrations.FirstOrDefault(one => !one.HasSql) is { } code)
        {
            return Untested($"{code.Name} is code of {project.Tool.Facts.Name}, and its SQL is not read");
        }

        using var bar = context.Services.Progress.Begin("test the running release on the repository's history", null);
        await using var scratch = await SchemaScratch.CreateAsync(context, project, byCommand: false, cancellationToken);
        if (scratch.Pending.Count == 0)
        {
            return new StepResult { Summary = $"nothing is new since {scratch.Base.Words}", OnlyLooked = true };
        }

        var queries = await CollectAsync(context, scratch, cancellationToken);
        if (queries.Queries.Count == 0)
        {
            return Untested(string.Join("; ", queries.Notes));
        }

        var rules = EngineRules.From(context.Settings, project);
        var pending = await Scripts.ReadAsync(scratch.Pending, cancellationToken);
        var copies = 0;
        var test = new CompatibilityTest(async stop =>
        {
            var (admin, url) = await scratch.CopyAsync($"dbgate_compatibility_{++copies}", stop);
            return new SchemaCopy(admin, scratch.Schema)
            {
                OpenDeploy = one => Session.OpenAsync(url, null, one),
                RoleUrl = _ => url,
            };
        });
        var report = await test.RunAsync(
            queries, [.. pending.Select(one => new PendingMigration(one.File.Name, one.Script, rules.For(one.Script)))], cancellationToken);
        var result = CompatibilityResult.From(
            context, context.Settings.Get(CompatibilitySettings.Policy), MeasuredPlans.Apply(report, null), isAccepted: false, [], []);
        return result with { OnlyLooked = true, NotChecked = [.. NotSeen, .. result.NotChecked, .. scratch.Notes] };
    }

    /// <summary>What the released commit's files show, and the list of queries of both commits.</summary>
    static async Task<QueryCollection> CollectAsync(GateContext context, SchemaScratch scratch, CancellationToken cancellationToken)
    {
        var (released, unknown) = scratch.Base.Commit is { } commit
            ? await GitCommit.OpenAsync(context.Settings.Root, commit, cancellationToken)
            : (null, scratch.Base.Words);
        var role = scratch.Url.User;
        var model = released is null
            ? QueryCollection.None with { Notes = [$"the model of the released commit: {unknown}"] }
            : await DeployedModel.ReadAsync(released, role, scratch.Schema, cancellationToken);
        return await RunningReleaseQueries.ListedAsync(context, role, released, unknown, cancellationToken) is { } listed
            ? model.With(listed)
            : model;
    }

    static StepResult Untested(string why) =>
        new() { Summary = $"not tested: {why}", OnlyLooked = true, NotChecked = [$"the running release's queries: {why}"] };
}
