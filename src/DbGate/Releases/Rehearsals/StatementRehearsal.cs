using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Forecasts;

namespace DbGate.Releases.Rehearsals;

/// <summary>Sends the SQL of pending migrations to a scratch database as the deploy sends it, and measures it.</summary>
static class StatementRehearsal
{
    /// <param name="session">Of the role that deploys, with the search path of the deploy.</param>
    /// <param name="admin">Reads everything there.</param>
    /// <param name="pending">What is rehearsed.</param>
    /// <param name="rules">How the engine that will deploy works.</param>
    /// <param name="schema">The schema of the search path.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0564: the role cannot create the ledger; or the connection broke.</exception>
    public static async Task<RehearsalReport> RunAsync(
        Session session, Session admin, IReadOnlyList<MigrationScript> pending, EngineRules rules, string schema, RehearsalOptions options,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        await (rules.Tool.HasDirectEngine ? CreateLedgerAsync(session, schema, cancellationToken) : Task.CompletedTask);
        var files = pending.ToDictionary(one => one.File.Name, one => PendingFile.From(one.File, one.Script));
        return await new Rehearser(session, admin, options, clock).RunAsync(
            [.. pending.Select(one => new PendingMigration(one.File.Name, one.Script, rules.For(one.Script)))],
            migration => Frame(session, files[migration.Name], rules, schema),
            cancellationToken);
    }

    static async Task CreateLedgerAsync(Session session, string schema, CancellationToken cancellationToken)
    {
        try
        {
            await new LedgerWriter(session, schema).CreateAsync(cancellationToken);
        }
        catch (PostgresFault fault)
        {
            throw new GateException(EvidenceProblems.NoLedgerForRole(session.Url.User, schema, fault), fault);
        }
    }

    static FileFrame Frame(Session session, PendingFile file, EngineRules rules, string schema) =>
        rules.IsDirect
            ? FileFrame.Direct(new LedgerWriter(session, schema), file, schema)
            : !rules.Tool.HasDirectEngine ? FileFrame.None
            : FileFrame.Plain(new LedgerWriter(session, null), file);
}
