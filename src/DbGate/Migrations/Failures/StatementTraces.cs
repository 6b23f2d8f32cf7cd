using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Failures;

/// <summary>
/// Looks for what the statements of a file leave, where an engine commits them one by one and does not tell how far it came.
/// </summary>
static class StatementTraces
{
    const int Most = 200;

    /// <summary>Only reads.</summary>
    /// <param name="session">In the target.</param>
    /// <param name="stop">What the deploy left.</param>
    /// <param name="script">The file that failed.</param>
    /// <param name="schema">Where unqualified names and the ledger are.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Empty where nothing can be concluded from what is there.</returns>
    public static async Task<IReadOnlyList<StatementTrace>> ReadAsync(
        Session session, DeployStop stop, SqlScript script, string schema, CancellationToken cancellationToken)
    {
        (int Statement, string What, string State)[] probes =
            [.. Probes(script, stop.Failed.Row?.Logs ?? stop.Outcome.Failure ?? "").Take(Most)];
        if (probes.Length == 0)
        {
            return [];
        }

        await session.ExecuteAsync("select set_config('search_path', $1, false)", cancellationToken, Sql.Identifier(schema));
        var states = (await session.QueryAsync(
            $"{Began(schema)} select {string.Join(", ", probes.Select(probe => probe.State))} from began",
            row => probes.Select((_, index) => (TraceState)row.GetInt32(index)).ToArray(),
            cancellationToken,
            stop.Since,
            stop.Applied.ToArray()))[0];
        return [.. probes.Select((probe, index) => new StatementTrace(probe.Statement, probe.What, states[index]))];
    }

    /// <summary>
    /// The oldest transaction, as an age, that can be the file's: none that had its number when the deploy read the ledger, and none up to
    /// the one that ended the row of the migration before it.
    /// </summary>
    static string Began(string schema) => $"""
        with began as (
            select least(age(($1 % 4294967296)::text::xid), (select min(age(xmin)) - 1 from {Sql.Identifier(schema)}.{LedgerReader.Table}
              where migration_name = any($2))) as age)
        """;

    /// <summary>
    /// What a file makes and drops or renames again proves nothing by being there or not; nor does what the failure was about.
    /// </summary>
    static IEnumerable<(int Statement, string What, string State)> Probes(SqlScript script, string words)
    {
        var parsed = script.Statements.Select(statement => (statement.Text, What: StatementParser.Parse(statement.Text))).ToArray();
        if (parsed.Any(one => one.What is DoBlock or Drop { Cascade: true }
            || (one.What is AlterTable alter && alter.Actions.Any(action => action is DropColumn { Cascade: true }))))
        {
            return [];
        }

        HashSet<string> doubtful =
        [
            .. parsed.SelectMany(one => Undone(one.What)),
            .. words.Contains("already exists", StringComparison.Ordinal) ? FailurePlaces.NamesIn(words) : [],
        ];
        return parsed.Index().Where(one => !one.Item.Text.Contains("if not exists", StringComparison.OrdinalIgnoreCase))
            .SelectMany(one => From(one.Item.What)
            .Where(probe => !probe.Names.Any(doubtful.Contains))
            .Select(probe => (one.Index + 1, probe.What, probe.State)));
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

    static IEnumerable<(string[] Names, string What, string State)> From(ParsedStatement statement) => statement switch
    {
        CreateTable { Temporary: false } create => [([create.Table.Name], $"table {create.Table}", Relation(create.Table, "'r', 'p'"))],
        CreateIndex { Name: { } name } index => [
            ([name, index.Table.Name], $"index {QualifiedName.Quote(name)}",
                Relation(new QualifiedName(index.Table.Schema, name), "'i', 'I'"))],
        CreateEnum create => [
            ([create.Type.Name], $"type {create.Type}", State(OfObject("pg_type", $"oid = to_regtype({Sql.Literal($"{create.Type}")})")))],
        AddEnumValue add =>
        [
            ([add.Value, add.Type.Name], $"value {Sql.Literal(add.Value)} of type {add.Type}",
                State($"select xmin from pg_catalog.pg_enum where enumtypid = to_regtype({Sql.Literal(
                    $"{add.Type}")}) and enumlabel = {Sql.Literal(add.Value)}")),
        ],
        AlterTable alter => alter.Actions.Select(action => From(alter.Table, action)).OfType<(string[], string, string)>(),
        _ => [],
    };

    static (string[] Names, string What, string State)? From(QualifiedName table, AlterAction action) => action switch
    {
        AddColumn add =>
            ([table.Name, add.Column.Name], $"column {table}.{QualifiedName.Quote(add.Column.Name)}",
                State(
                    $"select xmin from pg_catalog.pg_attribute where attrelid = {Oid(table)} and attname = {Sql.Literal(add.Column.Name)} "
                        + "and not attisdropped")),
        AddConstraint { Constraint.Name: { } name } =>
            ([table.Name, name], $"constraint {QualifiedName.Quote(name)} of {table}",
                State(OfObject("pg_constraint", $"conrelid = {Oid(table)} and conname = {Sql.Literal(name)}"))),
        _ => null,
    };

    /// <summary>Its columns' rows too: of a table or index that was there before, some have never been written again.</summary>
    static string Relation(QualifiedName name, string kinds) => State(
        OfObject("pg_class", $"oid = {Oid(name)} and relkind in ({kinds})")
        + $" union all select xmin from pg_catalog.pg_attribute where attrelid = {Oid(name)}");

    /// <summary>An object's own row, and those that report what it depends on, which an ALTER leaves as they are.</summary>
    static string OfObject(string catalog, string condition) =>
        $"select xmin from pg_catalog.{catalog} where {condition} union all select xmin from pg_catalog.pg_depend "
        + $"where classid = 'pg_catalog.{catalog}'::regclass and objid = (select oid from pg_catalog.{catalog} where {condition})";

    /// <summary>
    /// A row that is older than the file was not written by it. Frozen rows keep their number; an age below 0 is one that has come round.
    /// </summary>
    static string State(string rows) =>
        $"(select case when count(*) = 0 then {(int)TraceState.Absent} when bool_and(age(xmin) between 0 and began.age) then "
            + $"{(int)TraceState.Made} else {(int)TraceState.Older} end from ({rows}) rows)";

    static string Oid(QualifiedName name) => $"to_regclass({Sql.Literal($"{name}")})";
}
