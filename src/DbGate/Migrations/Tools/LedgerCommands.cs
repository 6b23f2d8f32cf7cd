using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// What a person types to correct a target's ledger, whatever the tool; no secret is among it. DbGate's own task writes it, because it
/// compares the claim with the catalog; psql only reads.
/// </summary>
/// <param name="Tool">Whose ledger.</param>
/// <param name="Table">The ledger.</param>
/// <param name="Url">Of the target.</param>
/// <param name="Environment">The environment of the run.</param>
sealed record LedgerCommands(MigrationTool Tool, LedgerTable Table, PostgresUrl Url, TargetEnvironment Environment)
{
    /// <summary>Of the tool of a project in which nothing shows another.</summary>
    public static LedgerCommands Usual(PostgresUrl url, TargetEnvironment environment) =>
        new(MigrationToolCatalog.Default, MigrationToolCatalog.Default.DefaultTable(url.Schema), url, environment);

    /// <summary>Shows what the ledger holds about a migration.</summary>
    public FixCommand Logs(string name) => PsqlLine.From(Url, Tool.Logs(Table, name));

    /// <summary>Lets a failed migration be applied again.</summary>
    public FixCommand RolledBack(string name) => Resolve([name], ResolveCommand.RolledBack);

    /// <summary>Compares the database with what the applied migrations make: what it has more is what a migration left.</summary>
    public FixCommand Compare(string name) => ResolveCommand.For(Environment, [name], ResolveCommand.RolledBack);

    /// <summary>Records a migration that a person completed.</summary>
    public FixCommand Applied(string name) => Resolve([name], ResolveCommand.Applied);

    /// <summary>Records a migration whose objects were there before there was a ledger.</summary>
    public FixCommand Baseline(Migration first) => Resolve([first.Name], ResolveCommand.Applied);

    /// <summary>Lets a migration that was applied, and taken back by hand, be applied again.</summary>
    public FixCommand TakenBack(string name) => Resolve([name], ResolveCommand.RolledBack);

    /// <summary>Takes squashed migrations out of the ledger's account.</summary>
    public FixCommand Retire(IReadOnlyList<string> names) => Resolve(names, ResolveCommand.RolledBack);

    FixCommand Resolve(IReadOnlyList<string> names, string state) =>
        Tool.WritesStates ? ResolveCommand.For(Environment, names, state) : Tool.Repair(names[0]) ?? Logs(names[0]);
}
