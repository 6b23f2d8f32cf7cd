using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Commands for a tool whose ledger is one row per applied migration: statements for psql, or the tool's own command where it has one.
/// </summary>
sealed record TableCommands(MigrationTool Tool, LedgerTable Table, PostgresUrl Url) : ILedgerCommands
{
    public FixCommand Logs(string name) => PsqlLine.Of(Url, $"select * from {Table.Sql}");

    public FixCommand RolledBack(string name) => Tool.Repair(name) ?? Forget([name]);

    public FixCommand Applied(string name) => Record(new Migration(name, name, null, [], true, 0));

    public FixCommand Baseline(Migration first) => Record(first);

    public FixCommand TakenBack(string name) => Forget([name]);

    public FixCommand Retire(IReadOnlyList<string> names) => Forget(names);

    FixCommand Forget(IReadOnlyList<string> names) => Tool.Forget(Table, names) is { } sql ? PsqlLine.Of(Url, sql) : Logs(names[0]);

    FixCommand Record(Migration migration) => Tool.Record(Table, migration) is { } sql ? PsqlLine.Of(Url, sql) : Logs(migration.Name);
}
