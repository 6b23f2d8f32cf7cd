using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Commands for any tool's ledger. DbGate's own task writes it, because it compares the claim with the catalog; psql only reads.
/// </summary>
/// <param name="Tool">Whose ledger.</param>
/// <param name="Table">The ledger.</param>
/// <param name="Url">Of the target.</param>
/// <param name="Environment">The environment of the run.</param>
sealed record TableCommands(MigrationTool Tool, LedgerTable Table, PostgresUrl Url, TargetEnvironment Environment) : ILedgerCommands
{
    public FixCommand Logs(string name) => PsqlLine.From(Url, $"select * from {Table.Sql}");

    public FixCommand RolledBack(string name) => Resolve([name], ResolveCommand.RolledBack);

    public FixCommand Applied(string name) => Resolve([name], ResolveCommand.Applied);

    public FixCommand Baseline(Migration first) => Resolve([first.Name], ResolveCommand.Applied);

    public FixCommand TakenBack(string name) => Resolve([name], ResolveCommand.RolledBack);

    public FixCommand Retire(IReadOnlyList<string> names) => Resolve(names, ResolveCommand.RolledBack);

    FixCommand Resolve(IReadOnlyList<string> names, string state) =>
        Tool.WritesStates ? ResolveCommand.For(Environment, names, state) : Tool.Repair(names[0]) ?? Logs(names[0]);
}
