using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Postgres;
using DbGate.Releases.Forecasts;

namespace DbGate.Releases.Rehearsals;

/// <summary>A rehearsal without production.</summary>
/// <param name="Report">What the migrations did.</param>
/// <param name="Scripts">The migrations with their SQL: as executed, where the command ran.</param>
/// <param name="Observed">What the command did; null where DbGate sent the SQL.</param>
sealed record SchemaRehearsalResult(RehearsalReport Report, IReadOnlyList<MigrationScript> Scripts, ObservedReport? Observed);

/// <summary>Rehearses what is new since the history of a <see cref="SchemaScratch"/>.</summary>
static class SchemaRehearsal
{
    /// <param name="context">The run.</param>
    /// <param name="scratch">The scratch database.</param>
    /// <param name="project">The project.</param>
    /// <param name="command">The deploy command; null where DbGate sends the SQL.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="Problems.GateException">DBG0587 to DBG0589; a file cannot be taken apart.</exception>
    public static async Task<SchemaRehearsalResult> RunAsync(
        GateContext context, SchemaScratch scratch, MigrationProject project, RehearsedCommand? command,
        CancellationToken cancellationToken)
    {
        var patient = SessionOptions.Default with { CommandTimeout = context.Settings.Get(MigrationSettings.DeployTimeout) };
        var options = new RehearsalOptions { Scope = DriftPolicy.Read(context.Settings, project, scratch.Schema) };
        await using var admin = await OpenAsync(scratch.Admin, scratch, patient, cancellationToken);
        if (command is not null)
        {
            var observed = await command.RunAsync(scratch.Url, scratch.Admin, admin, options, patient, cancellationToken);
            return new(observed.Report, command.Scripts(observed), observed);
        }

        var rules = EngineRules.From(context.Settings, project);
        var pending = await Scripts.ReadAsync(scratch.Pending, cancellationToken);
        ServerPrograms.Demand(pending.Select(one => one.Script));
        await ExtensionsNeeded.CreateUntrustedAsync(admin, pending, cancellationToken);
        await using var session = await OpenAsync(scratch.Url, scratch, patient, cancellationToken);
        return new(
            await StatementRehearsal.RunAsync(
                session, admin, pending, rules, scratch.Schema, options, context.Clock, cancellationToken),
            pending, null);
    }

    static async Task<Session> OpenAsync(
        PostgresUrl url, SchemaScratch scratch, SessionOptions options, CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(url, options, cancellationToken);
        await session.ExecuteAsync("select set_config('search_path', $1, false)", cancellationToken, Sql.Identifier(scratch.Schema));
        return session;
    }
}
