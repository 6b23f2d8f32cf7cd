using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Providers;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Migrations.Tools;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Signing;
using DbGate.Statements;
using DbGate.Targets;

namespace DbGate.Releases.Rehearsals;

/// <summary>Migrations with their texts.</summary>
sealed record MigrationScript(Migration File, SqlScript Script);

/// <summary>What a rehearsal found.</summary>
/// <param name="Report">What the migrations did.</param>
/// <param name="Plan">The same, as the plan keeps it.</param>
/// <param name="Drift">How the live catalog differs from a replay of the applied migrations; null when that could not be told.</param>
/// <param name="NotChecked">What could not be looked at.</param>
sealed record RehearsalResult(RehearsalReport Report, PlanRehearsal Plan, IReadOnlyList<string>? Drift, IReadOnlyList<string> NotChecked)
{
    /// <summary>Where the scratch server was another one than production's.</summary>
    public Problem? Warning { get; init; }

    /// <summary>The role that ran the migrations.</summary>
    public required string Role { get; init; }

    /// <summary>The migrations with their texts: as executed, where the deploy command was rehearsed.</summary>
    public required IReadOnlyList<MigrationScript> Scripts { get; init; }

    /// <summary>What the deploy command did; null where DbGate sent the SQL.</summary>
    public ObservedReport? Observed { get; init; }
}

/// <summary>Restores this run's backup into a scratch database, runs the pending migrations there, and looks for drift next to
/// it.</summary>
/// <param name="context">The run.</param>
/// <param name="live">The target; only looked at.</param>
/// <param name="rules">How the engine that will deploy works.</param>
/// <param name="command">The deploy command, where it runs the migrations; null where DbGate sends their SQL.</param>
sealed class RehearsalRun(GateContext context, Session live, EngineRules rules, RehearsedCommand? command = null)
{
    const string ReplayName = "dbgate_replay";

    readonly CatalogScope scope = DriftPolicy.Read(context);
    readonly string schema = context.Target.DirectUrl.Schema;

    SessionOptions Patient => SessionOptions.Default with
    {
        ApplicationName = "dbgate rehearsal",
        CommandTimeout = context.Settings.Get(MigrationSettings.DeployTimeout),
    };

    public async Task<RehearsalResult> RunAsync(
        BackupProof backup, IReadOnlyList<MigrationScript>? applied, IReadOnlyList<MigrationScript> pending,
        CancellationToken cancellationToken)
    {
        ServerPrograms.Demand(pending.Concat(applied ?? []).Select(one => one.Script));
        using var key = BackupRequests.Key(context.Settings);
        var choice = new BackupChoice(BackupStores.Open(context.Settings)[0], context.Environment.ToString().ToLowerInvariant())
        {
            Key = PlanPromises.From(backup)!.Key,
            SigningKey = key,
        };
        var engine = EngineBackups.IsProof(backup)
            ? await EngineBackups.RestoreAsync(context, backup, live, cancellationToken)
            : null;
        var source = engine is null ? await BackupSource.FindAsync(choice, cancellationToken) : null;
        var request = new RestoreTestRequest
        {
            Backup = choice,
            Target = engine is null && context.Settings.Find(DatabaseSettings.TestDatabaseUrl) is { Text.Length: > 0 } url
                ? PostgresUrl.Parse(url.Text, url.Source.Name)
                : null,
            Configured = [.. Target.Configured(context.Settings)],
            Clock = context.Clock,
        };
        var cluster = await TargetCluster.ReadAsync(live, cancellationToken);
        await using var scratch = engine is not null
            ? await OpenAsync(engine, cancellationToken)
            : await ScratchDatabase.PrepareAsync(request, source!.Archive, cluster.ServerSettings, cancellationToken);
        var like = engine?.Source ?? source!.Manifest.Source;
        await using var admin = await Session.OpenAsync(scratch.Url, Patient, cancellationToken);
        await ExtensionsNeeded.DemandAsync(pending, cluster, admin, scratch.Place, cancellationToken);
        var copy = request.Target is null ? new ClusterCopy(cluster, admin) : null;
        await (copy?.MakeRolesAsync(cancellationToken) ?? Task.CompletedTask);
        var loading = source is null ? Task.FromResult(TimeSpan.Zero) : LoadAsync(scratch, source, request.Options, cancellationToken);
        var planning = command is null ? PlanProbes.CreateAsync(context, pending, cancellationToken) : Task.FromResult<PlanProbe?>(null);
        await Task.WhenAll(loading, planning); // the target is looked at while the scratch server loads
        var restore = engine?.RestoreTime ?? await loading;
        var deploying = copy is null
            ? scratch.Url
            : scratch.Url with { User = cluster.DeployRole, Password = await copy.ApplyAsync(scratch.Url.Database, cancellationToken) };

        var earlier = request.Target is null && source is not null
            ? new TableBaseline(scratch, source, request.Options, context.Clock)
            : null;
        var observed = command is null
            ? null
            : await command.RunAsync(deploying, scratch.Url, admin, Options(earlier), Patient, cancellationToken);
        var report = observed?.Report ?? await RehearseAsync(deploying, admin, pending, earlier, await planning, cancellationToken);
        report = copy is null ? report with { Effect = report.Effect?.Without(PrivilegeQuery.Kind) } : report;
        var (drift, unknown) = applied is null && observed is { Report.Failure: null }
            ? await FindDriftAsync(new(scratch, like, cluster, deploying, key), observed.Report.After, cancellationToken)
            : applied is null
            ? (null, "drift: applied migrations are code, and their SQL is not read")
            : request.Target is null
            ? await FindDriftAsync(new(scratch, like, cluster, deploying, key), applied, cancellationToken)
            : (null, "drift: the applied migrations are replayed only on a throwaway server, not beside TEST_DATABASE_URL");
        var isNewer = scratch.ServerVersion / 10000 != live.ServerMajor;
        return new RehearsalResult(
            report,
            Rehearsed.From(report, scratch.Place, restore) with { ComparesPrivileges = copy is null ? null : true },
            drift,
            [
                .. scratch.Findings.Select(finding => $"as in production: {finding.Message}"),
                .. copy?.Missing
                    ?? [$"the rights of the role {cluster.DeployRole}: the role of TEST_DATABASE_URL ran the migrations, in its database "
                        + "and with its settings"],
                .. request.Target is null && source?.Manifest.Needs is { Role: { IsSuperuser: false, Name: var restoring } }
                    ? [$"whether {restoring} can restore the backup: a superuser of the throwaway server loaded it; restore-test shows it"]
                    : Array.Empty<string>(),
                .. report.Losses.Uncompared.Select(table => $"what {table} lost: it was written to, and no text names it"),
                .. unknown is null ? Array.Empty<string>() : [unknown],
                .. observed?.NotChecked ?? [],
            ])
        {
            Scripts = observed is null ? pending : command!.Scripts(observed),
            Observed = observed,
            Warning = isNewer ? EvidenceProblems.OtherVersion(scratch.Place, live.ServerMajor) : null,
            Role = deploying.User,
        };
    }

    // The definitions are copied before the migrations change them: the test of the running release needs them as they are now.
    async Task<ScratchDatabase> OpenAsync(RestoredCluster engine, CancellationToken cancellationToken)
    {
        if (context.Settings.Get(CompatibilitySettings.Policy) != CompatibilityPolicy.Off)
        {
            await engine.MakeSchemaAsync(cancellationToken);
        }

        engine.IsChanged = true;
        return ScratchDatabase.From(engine, engine.Url);
    }

    /// <returns>How long it took.</returns>
    async Task<TimeSpan> LoadAsync(
        ScratchDatabase scratch, BackupSource source, RestoreOptions options, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        try
        {
            await Loading.RunAsync(
                scratch.LoadUrl, source.Archive, options, new LoadProgress(null, TimeProvider.System), Loading.All, cancellationToken);
            return context.Clock.GetElapsedTime(start);
        }
        catch (GateException exception) when (PostgresProblems.IsLackOfClient(exception.Problem))
        {
            throw new GateException(EvidenceProblems.NoClientForScratch(scratch.Place, exception.Problem), exception);
        }
    }

    /// <param name="url">Of the role that deploys.</param>
    /// <param name="admin">Reads everything there.</param>
    /// <param name="pending">What is rehearsed.</param>
    /// <param name="earlier">Reads what was there before.</param>
    /// <param name="plans">Plans the running release's queries; null when none is known.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    async Task<RehearsalReport> RehearseAsync(
        PostgresUrl url, Session admin, IReadOnlyList<MigrationScript> pending, TableBaseline? earlier, PlanProbe? plans,
        CancellationToken cancellationToken)
    {
        // The copy of a protected database is protected as well.
        await using var gate = await ReleaseGate.OpenAsync(url, context.Clock, cancellationToken);
        await using var session = await Session.OpenAsync(gate.Url, Patient, cancellationToken);
        await SetPathAsync(session, cancellationToken);
        return await StatementRehearsal.RunAsync(
            session, admin, pending, rules, schema, Options(earlier) with { Plans = plans }, context.Clock, cancellationToken);
    }

    RehearsalOptions Options(TableBaseline? earlier) => new()
    {
        Scope = scope,
        Before = earlier is null ? null : earlier.ReadAsync,
        Load = context.Settings.Get(RehearsalSettings.Load),
    };

    /// <summary>The applied migrations give one catalog; the target has another when a person changed it past them.</summary>
    async Task<(IReadOnlyList<string>? Drift, string? Unknown)> FindDriftAsync(
        Replay replay, IReadOnlyList<MigrationScript> applied, CancellationToken cancellationToken)
    {
        var digest = ReplayDigest.From(PlaceOf(replay), applied);
        var (expected, failure) = await ReplayAsync(
            replay, digest, applied, session => SendAsync(session, applied, cancellationToken), cancellationToken);
        return expected is null
            ? (null, $"drift: {failure}")
            : (Differences(expected, await CatalogSnapshot.ReadAsync(live, scope, cancellationToken)), null);
    }

    /// <summary>
    /// The same where migrations are code: the command applies all of them to an empty database, and the copy has the pending ones, too.
    /// </summary>
    async Task<(IReadOnlyList<string>? Drift, string? Unknown)> FindDriftAsync(
        Replay replay, CatalogSnapshot rehearsed, CancellationToken cancellationToken)
    {
        var digest = ReplayDigest.From(PlaceOf(replay), context.Settings, MigrationProject.Locate(context.Settings));
        var (expected, failure) = await ReplayAsync(
            replay, digest, [],
            async session => await command!.ReplayAsync(session.Url, Patient, cancellationToken) is { } words
                ? $"the deploy command could not apply all migrations to an empty database: {words.Split('\n')[0]}"
                : null,
            cancellationToken);
        return expected is null ? (null, $"drift: {failure}") : (Differences(expected, rehearsed), null);
    }

    static string[] Differences(CatalogSnapshot expected, CatalogSnapshot actual) =>
        [.. CatalogComparison.Between(expected, actual).Select(difference => difference.AsDrift())];

    /// <summary>Fills an empty database and reads its catalog; or takes what the same files have given before.</summary>
    async Task<(CatalogSnapshot? Catalog, string? Failure)> ReplayAsync(
        Replay replay, string? digest, IReadOnlyList<MigrationScript> applied, Func<Session, Task<string?>> fill,
        CancellationToken cancellationToken)
    {
        var cache = replay.Key is { } key && digest is not null ? new ReplayCache(BackupStores.Open(context.Settings)[0], key) : null;
        if (cache is not null && await cache.FindAsync(digest!, cancellationToken) is { } known)
        {
            return (known, null);
        }

        await using var admin = await OpenReplayAsync(replay, cancellationToken);
        await ExtensionsNeeded.CreateUntrustedAsync(admin, applied, cancellationToken);
        await using (var session = await Session.OpenAsync(replay.Deploying.WithDatabase(ReplayName), Patient, cancellationToken))
        {
            await session.ExecuteAsync($"create schema if not exists {Sql.Identifier(schema)}", cancellationToken);
            await SetPathAsync(session, cancellationToken);
            if (await fill(session) is { } failure)
            {
                return (null, failure);
            }
        }

        var catalog = await CatalogSnapshot.ReadAsync(admin, scope, cancellationToken);
        await (cache?.SaveAsync(digest!, catalog, cancellationToken) ?? Task.CompletedTask);
        return (catalog, null);
    }

    async Task<string?> SendAsync(Session session, IReadOnlyList<MigrationScript> applied, CancellationToken cancellationToken)
    {
        foreach (var migration in applied)
        {
            try
            {
                await session.ExecuteScriptAsync(FileFrame.Transaction(FileFrame.ResetSession(schema)), cancellationToken);
                await ScriptExecution.RunAsync(session, ExtensionsNeeded.Tolerant(migration.Script), cancellationToken);
            }
            catch (PostgresFault fault)
            {
                return $"{migration.File.Name} could not be replayed on an empty database: {fault.MessageText}";
            }
        }

        return null;
    }

    /// <summary>Makes the database. It belongs to the deploy role: nothing of the commit runs with more rights than that.</summary>
    async Task<Session> OpenReplayAsync(Replay replay, CancellationToken cancellationToken)
    {
        await using (var maintenance = await Maintenance.OpenAsync(replay.Scratch.Url, cancellationToken))
        {
            await maintenance.CreateAsync(ReplayName, replay.Source, insistOnLocale: false, cancellationToken);
        }

        var admin = await Session.OpenAsync(replay.Scratch.Url.WithDatabase(ReplayName), Patient, cancellationToken);
        await admin.ExecuteAsync(
            $"ALTER DATABASE {Sql.Identifier(ReplayName)} OWNER TO {Sql.Identifier(replay.Deploying.User)}", cancellationToken);
        await SetPathAsync(admin, cancellationToken);
        return admin;
    }

    ReplayPlace PlaceOf(Replay replay) => new(
        replay.Scratch.ServerVersion, replay.Source.Encoding,
        $"{replay.Cluster.DeployRole} {replay.Cluster.Roles.FirstOrDefault(role => role.Name == replay.Cluster.DeployRole)?.Attributes}",
        schema, scope);

    /// <summary>What a replay needs.</summary>
    sealed record Replay(ScratchDatabase Scratch, SourceFacts Source, TargetCluster Cluster, PostgresUrl Deploying, SigningKey? Key);

    Task SetPathAsync(Session session, CancellationToken cancellationToken) =>
        session.ExecuteAsync("select set_config('search_path', $1, false)", cancellationToken, Sql.Identifier(schema));
}
