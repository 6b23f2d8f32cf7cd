using System.Security.Cryptography;
using DbGate.Backups;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Targets;

namespace DbGate.Releases.Compatibility;

/// <summary>
/// Makes copies of the target's schema, out of this run's backup and without rows, with the target's roles and rights, and tests the
/// running release's queries there.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="live">The target; only looked at.</param>
/// <param name="rules">How the engine that will deploy works.</param>
sealed class CompatibilityRun(GateContext context, Session live, EngineRules rules)
{
    const string Maintenance = "template1";

    readonly List<IAsyncDisposable> open = [];
    readonly string schema = context.Target.DirectUrl.Schema;
    int copies;

    SessionOptions Patient => SessionOptions.Default with
    {
        ApplicationName = "dbgate compatibility",
        CommandTimeout = context.Settings.Get(MigrationSettings.DeployTimeout),
    };

    /// <summary>Tests.</summary>
    public async Task<CompatibilityReport> RunAsync(
        BackupProof backup, QueryCollection queries, IReadOnlyList<MigrationScript> pending, CancellationToken cancellationToken)
    {
        using var key = BackupRequests.Key(context.Settings);
        var choice = new BackupChoice(BackupStores.Open(context.Settings)[0], context.Environment.ToString().ToLowerInvariant())
        {
            Key = PlanPromises.From(backup)!.Key,
            SigningKey = key,
        };
        var source = EngineBackups.IsProof(backup) ? null : await BackupSource.FindAsync(choice, cancellationToken);
        var request = new RestoreTestRequest
        {
            Backup = choice,
            Configured = [.. Target.Configured(context.Settings)],
            Clock = context.Clock,
        };
        var cluster = await TargetCluster.ReadAsync(live, cancellationToken);
        await using var scratch = source is null
            ? await EngineBackups.SchemaAsync(context, backup, live, cancellationToken)
            : await ScratchDatabase.PrepareAsync(request, source.Archive, cluster.ServerSettings, cancellationToken);
        await using var admin = await Session.OpenAsync(scratch.Url.WithDatabase(Maintenance), Patient, cancellationToken);
        var cloning = new ClusterCopy(cluster, admin);
        await cloning.MakeRolesAsync(cancellationToken);
        await (source is null
            ? Task.CompletedTask
            : Loading.RunAsync(
                scratch.LoadUrl, source.Archive, request.Options, new LoadProgress(null, TimeProvider.System), Loading.Schema,
                cancellationToken));
        try
        {
            Func<Session, CancellationToken, Task<string?>>? verify =
                context.State.Rehearsal is { Report.After: var after } ? (copy, stop) => DifferenceAsync(after, copy, stop) : null;
            return await new CompatibilityTest(stop => CopyAsync(scratch, admin, cloning, cluster, queries, stop), verify).RunAsync(
                queries, [.. pending.Select(one => new PendingMigration(one.File.Name, one.Script, rules.For(one.Script)))],
                cancellationToken);
        }
        finally
        {
            foreach (var one in open)
            {
                await one.DisposeAsync();
            }
        }
    }

    async Task<SchemaCopy> CopyAsync(
        ScratchDatabase scratch, Session admin, ClusterCopy cloning, TargetCluster cluster, QueryCollection queries,
        CancellationToken cancellationToken)
    {
        var name = $"dbgate_compatibility_{++copies}";
        await admin.ExecuteAsync(
            $"CREATE DATABASE {Sql.Identifier(name)} TEMPLATE {Sql.Identifier(scratch.Url.Database)}", cancellationToken);
        await cloning.ApplyAsync(name, cancellationToken);

        // Sessions log in as the roles themselves, so that neither a query nor a migration can become another one.
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var known = cluster.Roles.Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        var roles = queries.Queries.Select(query => query.Role).Where(known.Contains).Append(cluster.DeployRole).Distinct();
        foreach (var role in roles)
        {
            await admin.ExecuteAsync(
                $"ALTER ROLE {Sql.Identifier(role)} LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD {Sql.Literal(password)}",
                cancellationToken);
            await admin.ExecuteAsync(
                $"GRANT CONNECT ON DATABASE {Sql.Identifier(name)} TO {Sql.Identifier(role)}", cancellationToken);
        }

        var url = scratch.Url.WithDatabase(name);
        return new(url, schema)
        {
            OpenDeploy = stop => DeployAsync(url with { User = cluster.DeployRole, Password = password }, stop),
            RoleUrl = role => known.Contains(role) ? url with { User = role, Password = password } : null,
        };
    }

    async Task<string?> DifferenceAsync(CatalogSnapshot rehearsed, Session copy, CancellationToken cancellationToken) =>
        CatalogComparison.Between(
            rehearsed, await CatalogSnapshot.ReadAsync(copy, DriftPolicy.Read(context), cancellationToken)) is [var first, ..] differences
            ? $"the copy without rows came out otherwise than the rehearsal, in {differences.Count} objects, such as {first.Subject}"
            : null;

    /// <summary>The copy of a protected database is protected as well.</summary>
    async Task<Session> DeployAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        var gate = await ReleaseGate.OpenAsync(url, context.Clock, cancellationToken);
        open.Add(gate);
        return await Session.OpenAsync(gate.Url, Patient, cancellationToken);
    }
}
