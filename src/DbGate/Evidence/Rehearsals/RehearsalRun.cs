using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Evidence.Forecasts;
using DbGate.Evidence.Plans;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Statements;
using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Restores;
using DbGate.Targets;

namespace DbGate.Evidence.Rehearsals;

/// <summary>Migrations with their texts.</summary>
sealed record MigrationScript(Migration File, SqlScript Script);

/// <summary>What a rehearsal found.</summary>
/// <param name="Report">What the migrations did.</param>
/// <param name="Plan">The same, as the plan keeps it.</param>
/// <param name="Drift">How the live catalog differs from a replay of the applied migrations; null when that could not be told.</param>
/// <param name="NotChecked">What could not be looked at.</param>
sealed record RehearsalResult(RehearsalReport Report, PlanRehearsal Plan, IReadOnlyList<string>? Drift, IReadOnlyList<string> NotChecked);

/// <summary>Restores this run's backup into a scratch database, runs the pending migrations there, and looks for drift beside it.</summary>
/// <param name="context">The run.</param>
/// <param name="live">The target; only looked at.</param>
/// <param name="rules">How the engine that will deploy works.</param>
sealed class RehearsalRun(GateContext context, Session live, EngineRules rules)
{
    const string ReplayName = "dbgate_replay";

    readonly CatalogScope scope = DriftPolicy.Read(context.Settings);
    readonly string schema = context.Target.DirectUrl.Schema;

    SessionOptions Patient => SessionOptions.Default with
    {
        ApplicationName = "dbgate rehearsal",
        CommandTimeout = context.Settings.Get(SettingsCatalog.DeployTimeout),
    };

    public async Task<RehearsalResult> RunAsync(
        BackupProof backup, IReadOnlyList<MigrationScript> applied, IReadOnlyList<MigrationScript> pending, CancellationToken cancellation)
    {
        using var key = BackupRequests.Key(context.Settings);
        var choice = new BackupChoice(BackupStores.Open(context.Settings)[0], context.Environment.ToString().ToLowerInvariant())
        {
            Key = PlanPromises.Of(backup)!.Key,
            SigningKey = key,
        };
        var source = await BackupSource.FindAsync(choice, cancellation);
        var request = new RestoreTestRequest
        {
            Backup = choice,
            Target = context.Settings.Find(SettingsCatalog.TestDatabaseUrl) is { Text.Length: > 0 } url ? PostgresUrl.Parse(url.Text, url.Source.Name) : null,
            Configured = [.. Target.Configured(context.Settings)],
            Clock = context.Clock,
        };
        await using var scratch = await ScratchDatabase.PrepareAsync(request, source.Archive, cancellation);
        var start = context.Clock.GetTimestamp();
        await Loading.RunAsync(scratch.LoadUrl, source.Archive, request.Options, new LoadProgress(null, context.Clock), Loading.All, cancellation);
        var restore = context.Clock.GetElapsedTime(start);

        var earlier = request.Target is null ? new EarlierContents(scratch, source, request.Options, context.Clock) : null;
        var report = await RehearseAsync(scratch.Url, pending, earlier, cancellation);
        var (drift, unknown) = request.Target is null
            ? await FindDriftAsync(scratch, source, applied, cancellation)
            : (null, "drift: the applied migrations are replayed only on a throwaway server, not beside TEST_DATABASE_URL");
        return new RehearsalResult(
            report,
            Rehearsed.Of(report, scratch.Place, restore),
            drift,
            [
                .. scratch.Findings.Select(finding => $"as in production: {finding.Message}"),
                .. report.Losses.Uncompared.Select(table => $"what {table} lost: it was written to, and no text names it"),
                .. unknown is null ? Array.Empty<string>() : [unknown],
            ]);
    }

    async Task<RehearsalReport> RehearseAsync(
        PostgresUrl url, IReadOnlyList<MigrationScript> pending, EarlierContents? earlier, CancellationToken cancellation)
    {
        // The copy of a protected database is protected as well.
        await using var gate = await ReleaseGate.OpenAsync(url, context.Clock, cancellation);
        await using var session = await Session.OpenAsync(gate.Url, Patient, cancellation);
        await using var observer = await Session.OpenAsync(gate.Url, Patient, cancellation);
        await SetPathAsync(session, cancellation);
        var writer = new LedgerWriter(session, schema);
        await writer.CreateAsync(cancellation);
        return await new Rehearser(session, observer, Options(earlier), context.Clock).RunAsync(
            [.. pending.Select(one => new PendingMigration(one.File.Name, one.Script, rules.For(one.Script)))],
            new RehearsalLedger(writer, pending.ToDictionary(one => one.File.Name, one => one.File)),
            cancellation);
    }

    RehearsalOptions Options(EarlierContents? earlier) => new()
    {
        Scope = scope,
        Before = earlier is null ? null : earlier.ReadAsync,
        Load = context.Settings.Get(SettingsCatalog.RehearseLoad),
    };

    /// <summary>The applied migrations give one catalog; the target has another when somebody changed it past them.</summary>
    async Task<(IReadOnlyList<string>? Drift, string? Unknown)> FindDriftAsync(
        ScratchDatabase scratch, BackupSource source, IReadOnlyList<MigrationScript> applied, CancellationToken cancellation)
    {
        await using (var maintenance = await Maintenance.OpenAsync(scratch.Url, cancellation))
        {
            await maintenance.CreateAsync(ReplayName, source.Manifest.Source, insistOnLocale: false, cancellation);
        }

        await using var session = await Session.OpenAsync(scratch.Url.WithDatabase(ReplayName), Patient, cancellation);
        await session.ExecuteAsync($"create schema if not exists {Sql.Identifier(schema)}", cancellation);
        await SetPathAsync(session, cancellation);
        foreach (var migration in applied)
        {
            try
            {
                await ScriptExecution.RunAsync(session, migration.Script, cancellation);
            }
            catch (PostgresFault fault)
            {
                return (null, $"drift: {migration.File.Name} could not be replayed on an empty database: {fault.MessageText}");
            }
        }

        var expected = await CatalogSnapshot.ReadAsync(session, scope, cancellation);
        var actual = await CatalogSnapshot.ReadAsync(live, scope, cancellation);
        return ([.. CatalogComparison.Between(expected, actual).Select(difference => difference.AsDrift())], null);
    }

    Task SetPathAsync(Session session, CancellationToken cancellation) =>
        session.ExecuteAsync("select set_config('search_path', $1, false)", cancellation, Sql.Identifier(schema));
}
