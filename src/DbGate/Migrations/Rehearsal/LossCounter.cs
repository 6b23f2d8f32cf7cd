using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>A query that was tried before the migrations ran.</summary>
/// <param name="Kind">Which kind of loss it counts.</param>
/// <param name="Table">Qualified name.</param>
/// <param name="Column">Null when it counts rows.</param>
/// <param name="Count">The query and what it returned.</param>
sealed record CountedLoss(DataLossKind Kind, string Table, string? Column, LossCount Count);

/// <summary>
/// Tries, before the migrations run, the queries that count what their statements will change: those that work are kept, to count the same
/// losses again on production before the deploy.
/// </summary>
static class LossCounter
{
    /// <param name="session">On the scratch database, with the search path of the deploy.</param>
    /// <param name="pending">The migrations.</param>
    /// <param name="names">The tables' qualified names by number.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<IReadOnlyList<CountedLoss>> CountAsync(
        Session session, IReadOnlyList<PendingMigration> pending, IReadOnlyDictionary<uint, string> names,
            CancellationToken cancellationToken)
    {
        var counted = new List<CountedLoss>();
        var statements = pending.SelectMany(migration => migration.Script.Statements)
            .Select(statement => (statement.Text, Parsed: StatementParser.Parse(statement.Text)))
            .Where(statement => statement.Parsed is Update or Delete
                || (statement.Parsed is AlterTable alter && alter.Actions.Any(action => action is AlterColumnType)))
            .ToList();
        if (statements.Count == 0)
        {
            return counted;
        }

        await session.ExecuteAsync("BEGIN READ ONLY", cancellationToken);
        foreach (var (text, parsed) in statements)
        {
            if (parsed is AlterTable)
            {
                counted.AddRange(
                    (await ConversionProbe.ReadAsync(session, parsed,
                    cancellationToken)).Where(conversion => conversion.Changed is not null)
                    .Select(conversion => new CountedLoss(
                        DataLossKind.ColumnNarrowed, conversion.Table, conversion.Column,
                        new LossCount(conversion.Query!, conversion.Changed!.Value))));
            }
            else if (LossQuery.Parse(text) is { } query && await NameAsync(session, query.Table, names, cancellationToken) is { } table)
            {
                await CountAsync(session, query, table, counted, cancellationToken);
            }
        }

        await session.ExecuteAsync("ROLLBACK", cancellationToken);
        return counted;
    }

    static async Task CountAsync(Session session, LossQuery query, string table, List<CountedLoss> counted,
        CancellationToken cancellationToken)
    {
        if (query.Assignments.Count == 0)
        {
            await TryAsync(DataLossKind.RowsDeleted, null, query.Rows(table));
            return;
        }

        await TryAsync(DataLossKind.RowsChanged, null, query.Rows(table));
        foreach (var (column, value) in query.Assignments)
        {
            if (value is null || !await TryAsync(DataLossKind.ColumnOverwritten, column, query.Values(table, column, exactly: true)))
            {
                await TryAsync(DataLossKind.ColumnOverwritten, column, query.Values(table, column, exactly: false));
            }
        }

        async Task<bool> TryAsync(DataLossKind kind, string? column, string sql)
        {
            var count = await ReadAsync(session, sql, cancellationToken);
            if (count is { } number)
            {
                counted.Add(new CountedLoss(kind, table, column, new LossCount(sql, number)));
            }

            return count is not null;
        }
    }

    // What refers to something that an earlier statement makes cannot be counted before it.
    static async Task<long?> ReadAsync(Session session, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync("SAVEPOINT dbgate_count", cancellationToken);
            var count = await session.ScalarAsync<long>(sql, cancellationToken);
            await session.ExecuteAsync("RELEASE SAVEPOINT dbgate_count", cancellationToken);
            return count;
        }
        catch (PostgresFault)
        {
            await session.ExecuteAsync("ROLLBACK TO SAVEPOINT dbgate_count", cancellationToken);
            return null;
        }
    }

    static async Task<string?> NameAsync(
        Session session, QualifiedName table, IReadOnlyDictionary<uint, string> names, CancellationToken cancellationToken) =>
        names.GetValueOrDefault(await session.ScalarAsync<uint>("SELECT coalesce(to_regclass($1)::oid, 0)", cancellationToken,
            table.ToString()));
}
