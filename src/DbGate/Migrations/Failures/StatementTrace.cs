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
    /// <param name="words">The engine's, or the server's.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Empty where nothing can be concluded from what is there.</returns>
    public static async Task<IReadOnlyList<StatementTrace>> ReadAsync(Session session, SqlScript script, string schema, string words, CancellationToken ct)
    {
        (int Statement, string What, string Condition)[] probes = [.. Probes(script, words).Take(Most)];
        if (probes.Length == 0)
        {
            return [];
        }

        await session.ExecuteAsync("select set_config('search_path', $1, false)", ct, Sql.Identifier(schema));
        var there = (await session.QueryAsync($"select {string.Join(", ", probes.Select(probe => probe.Condition))}", row => probes.Select((_, index) => row.GetBoolean(index)).ToArray(), ct))[0];
        return [.. probes.Select((probe, index) => new StatementTrace(probe.Statement, probe.What, there[index]))];
    }

    /// <summary>What a file makes and drops or renames again proves nothing by being there or not; nor does what may have been there before.</summary>
    static IEnumerable<(int Statement, string What, string Condition)> Probes(SqlScript script, string words)
    {
        var parsed = script.Statements.Select(statement => (statement.Text, What: StatementParser.Parse(statement.Text))).ToArray();
        if (parsed.Any(one => one.What is DoBlock or Drop { Cascade: true } || (one.What is AlterTable alter && alter.Actions.Any(action => action is DropColumn { Cascade: true }))))
        {
            return [];
        }

        HashSet<string> doubtful =
        [
            .. parsed.SelectMany(one => Undone(one.What)),
            .. words.Contains("already exists", StringComparison.Ordinal) ? FailurePlaces.NamesIn(words) : [],
        ];
        return parsed.Index().Where(one => !one.Item.Text.Contains("if not exists", StringComparison.OrdinalIgnoreCase))
            .SelectMany(one => Of(one.Item.What).Where(probe => !probe.Names.Any(doubtful.Contains)).Select(probe => (one.Index + 1, probe.What, probe.Condition)));
    }

    /// <summary>The names of what a statement takes away. With a column go indexes and constraints of its table.</summary>
    static IEnumerable<string> Undone(ParsedStatement statement) => statement switch
    {
        Drop drop => drop.Names.Select(name => name.Name),
        Rename { Column: null } rename => [rename.Name.Name, rename.NewName],
        Rename rename => [rename.Column!, rename.NewName],
        AlterTable alter => alter.Actions.SelectMany(action => action switch
        {
            DropColumn => [alter.Table.Name],
            DropConstraint drop => [drop.Name],
            _ => (string[])[],
        }),
        _ => [],
    };

    static IEnumerable<(string[] Names, string What, string Condition)> Of(ParsedStatement statement) => statement switch
    {
        CreateTable { Temporary: false } create => [([create.Table.Name], $"table {create.Table}", IsRelation(create.Table))],
        CreateIndex { Name: { } name } index => [([name, index.Table.Name], $"index {QualifiedName.Quote(name)}", IsRelation(new QualifiedName(index.Table.Schema, name)))],
        CreateEnum create => [([create.Type.Name], $"type {create.Type}", $"to_regtype({Sql.Literal($"{create.Type}")}) is not null")],
        AddEnumValue add =>
        [
            ([add.Value, add.Type.Name], $"value {Sql.Literal(add.Value)} of type {add.Type}",
                $"exists (select from pg_catalog.pg_enum where enumtypid = to_regtype({Sql.Literal($"{add.Type}")}) and enumlabel = {Sql.Literal(add.Value)})"),
        ],
        AlterTable alter => alter.Actions.Select(action => Of(alter.Table, action)).OfType<(string[], string, string)>(),
        _ => [],
    };

    static (string[] Names, string What, string Condition)? Of(QualifiedName table, AlterAction action) => action switch
    {
        AddColumn add =>
            ([table.Name, add.Column.Name], $"column {table}.{QualifiedName.Quote(add.Column.Name)}",
                $"exists (select from pg_catalog.pg_attribute where attrelid = to_regclass({Sql.Literal($"{table}")}) and attname = {Sql.Literal(add.Column.Name)} and not attisdropped)"),
        AddConstraint { Constraint.Name: { } name } =>
            ([table.Name, name], $"constraint {QualifiedName.Quote(name)} of {table}",
                $"exists (select from pg_catalog.pg_constraint where conrelid = to_regclass({Sql.Literal($"{table}")}) and conname = {Sql.Literal(name)})"),
        _ => null,
    };

    static string IsRelation(QualifiedName name) => $"to_regclass({Sql.Literal($"{name}")}) is not null";
}
