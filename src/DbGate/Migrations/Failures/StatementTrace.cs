using DbGate.Migrations.Statements;
using DbGate.Migrations.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Failures;

/// <summary>Something that a statement creates, looked for in the database afterwards.</summary>
/// <param name="Statement">Which, from 1.</param>
/// <param name="What">In words.</param>
/// <param name="IsThere">True when the database holds it.</param>
sealed record StatementTrace(int Statement, string What, bool IsThere);

/// <summary>Looks for what the statements of a file leave, where an engine commits them one by one and does not tell how far it came.</summary>
static class StatementTraces
{
    const int Most = 200;

    /// <summary>Only reads.</summary>
    /// <param name="session">In the target.</param>
    /// <param name="script">The file that failed.</param>
    /// <param name="schema">Where unqualified names stand.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Empty where nothing can be concluded from what is there.</returns>
    public static async Task<IReadOnlyList<StatementTrace>> ReadAsync(Session session, SqlScript script, string schema, CancellationToken ct)
    {
        (int Statement, string What, string Condition)[] probes = [.. Probes(script).Take(Most)];
        if (probes.Length == 0)
        {
            return [];
        }

        await session.ExecuteAsync("select set_config('search_path', $1, false)", ct, Sql.Identifier(schema));
        var there = (await session.QueryAsync($"select {string.Join(", ", probes.Select(probe => probe.Condition))}", row => probes.Select((_, index) => row.GetBoolean(index)).ToArray(), ct))[0];
        return [.. probes.Select((probe, index) => new StatementTrace(probe.Statement, probe.What, there[index]))];
    }

    /// <summary>What a file makes and drops or renames again proves nothing by being there or not; nor does what may have been there before.</summary>
    static IEnumerable<(int Statement, string What, string Condition)> Probes(SqlScript script)
    {
        var parsed = script.Statements.Select(statement => (statement.Text, What: StatementParser.Parse(statement.Text))).ToArray();
        return parsed.Any(one => one.What is Drop or Rename or DoBlock)
            ? []
            : parsed.Index().Where(one => !one.Item.Text.Contains("if not exists", StringComparison.OrdinalIgnoreCase))
                .SelectMany(one => Of(one.Item.What).Select(probe => (one.Index + 1, probe.What, probe.Condition)));
    }

    static IEnumerable<(string What, string Condition)> Of(ParsedStatement statement) => statement switch
    {
        CreateTable { Temporary: false } create => [($"table {create.Table}", IsRelation(create.Table))],
        CreateIndex { Name: { } name } index => [($"index {QualifiedName.Quote(name)}", IsRelation(new QualifiedName(index.Table.Schema, name)))],
        CreateEnum create => [($"type {create.Type}", $"to_regtype({Sql.Literal($"{create.Type}")}) is not null")],
        AddEnumValue add =>
        [
            ($"value {Sql.Literal(add.Value)} of type {add.Type}",
                $"exists (select from pg_catalog.pg_enum where enumtypid = to_regtype({Sql.Literal($"{add.Type}")}) and enumlabel = {Sql.Literal(add.Value)})"),
        ],
        AlterTable alter => alter.Actions.Select(action => Of(alter.Table, action)).OfType<(string, string)>(),
        _ => [],
    };

    static (string What, string Condition)? Of(QualifiedName table, AlterAction action) => action switch
    {
        AddColumn add =>
            ($"column {table}.{QualifiedName.Quote(add.Column.Name)}",
                $"exists (select from pg_catalog.pg_attribute where attrelid = to_regclass({Sql.Literal($"{table}")}) and attname = {Sql.Literal(add.Column.Name)} and not attisdropped)"),
        AddConstraint { Constraint.Name: { } name } =>
            ($"constraint {QualifiedName.Quote(name)} of {table}",
                $"exists (select from pg_catalog.pg_constraint where conrelid = to_regclass({Sql.Literal($"{table}")}) and conname = {Sql.Literal(name)})"),
        _ => null,
    };

    static string IsRelation(QualifiedName name) => $"to_regclass({Sql.Literal($"{name}")}) is not null";
}
