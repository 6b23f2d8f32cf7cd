using DbGate.Postgres;

namespace DbGate.Migrations.Compatibility;

/// <summary>
/// Plans the running release's queries on the restored rows, before the rehearsed migrations and after them. Tables that the migrations
/// name are analysed each time. Plans are generic ones, as pooled connections come to use them: the server is made to use them, which every
/// version does alike; <c>EXPLAIN (GENERIC_PLAN)</c> of version 16 gives the same.
/// </summary>
/// <param name="queries">The running release's queries.</param>
/// <param name="texts">The texts of the migrations.</param>
/// <param name="schema">The schema of the application's URL.</param>
sealed class PlanProbe(IReadOnlyList<RunningQuery> queries, IReadOnlyList<string> texts, string schema)
{
    /// <summary>The most expensive ones; planning more would take longer than the rehearsal.</summary>
    internal const int Most = 2_000;

    const string AnyNames = """
        SELECT n.nspname || '.' || c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname::text,
          ARRAY(SELECT x.relname::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            WHERE i.indrelid = c.oid), c.relkind::text
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbgate')
        """;

    readonly Dictionary<RunningQuery, (IReadOnlyList<uint> Parameters, string Text, PlanCost Cost)> before = [];
    readonly HashSet<string> tables = new(StringComparer.Ordinal);
    PlanSurroundings? old;

    /// <summary>How many queries were planned.</summary>
    public int Planned => before.Count;

    /// <summary>Queries that name a changed table and were left out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Plans before the migrations.</summary>
    /// <param name="url">The scratch database as its administrator.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task BeforeAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        var named = texts.SelectMany(ShapeText.Names).ToHashSet(StringComparer.Ordinal);
        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        var relations = await session.QueryAsync(
            AnyNames,
            row => (Name: row.GetString(0), Quoted: row.GetString(1), Bare: row.GetString(2), Indexes: row.GetFieldValue<string[]>(3),
                IsView: row.GetString(4) == "v"),
            cancellationToken);
        var changed = relations.Where(one => named.Contains(one.Bare) || one.Indexes.Any(named.Contains)).ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        tables.UnionWith(changed.Where(one => !one.IsView).Select(one => one.Quoted));
        var words = changed.Select(one => one.Bare).Concat(relations.Where(one => one.IsView).Select(one => one.Bare))
            .ToHashSet(StringComparer.Ordinal);
        RunningQuery[] candidates =
        [
            .. queries.Where(query => ShapeTester.Single(query.Text) is { } text && ShapeTester.HasPlan(text)
                    && ShapeText.Names(text).Overlaps(words))
                .OrderByDescending(query => query.Milliseconds)
                .ThenByDescending(query => query.Calls),
        ];
        LeftOut = Math.Max(0, candidates.Length - Most);
        await AnalyzeAsync(session, cancellationToken);
        old = await ReadAsync(session, cancellationToken);
        var tester = await BeginAsync(session, cancellationToken);
        foreach (var query in candidates.Take(Most))
        {
            var state = await tester.TestAsync(ShapeTester.Single(query.Text)!, cancellationToken);
            if (state is { Error: null, Cost: { } cost })
            {
                before[query] = (state.Parameters, state.Text, cost);
            }
        }
    }

    /// <summary>Plans after the migrations.</summary>
    /// <returns>The queries that got slower, those first that cost most; and all that were planned.</returns>
    /// <param name="url">The scratch database as its administrator.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<IReadOnlyList<PlanChange>> AfterAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        if (old is null || before.Count == 0)
        {
            return [];
        }

        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        await AnalyzeAsync(session, cancellationToken);
        var now = await ReadAsync(session, cancellationToken);
        var tester = await BeginAsync(session, cancellationToken);
        var changes = new List<PlanChange>();
        foreach (var (query, (parameters, text, cost)) in before)
        {
            var state = await tester.TestAgainAsync(new ShapeState { Text = text, Parameters = parameters }, cancellationToken);
            if (state is { Error: null, Cost: { } after })
            {
                changes.Add(PlanChanges.Compare(query, cost, after, old, now));
            }
        }

        return [.. changes.OrderByDescending(change => change.Weight)];
    }

    async Task<ShapeTester> BeginAsync(Session session, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync($"SET search_path = {Sql.Identifier(schema)}", cancellationToken);
        var tester = new ShapeTester(session) { IsCosted = true };
        await tester.BeginAsync(cancellationToken);
        return tester;
    }

    /// <summary>A table that a migration dropped or renamed is passed over.</summary>
    async Task AnalyzeAsync(Session session, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            try
            {
                await session.ExecuteAsync($"ANALYZE {table}", cancellationToken);
            }
            catch (PostgresFault)
            {
                continue;
            }
        }
    }

    static async Task<PlanSurroundings> ReadAsync(Session session, CancellationToken cancellationToken) => new(
        (await session.QueryAsync(
            """
            SELECT x.relname::text, n.nspname || '.' || c.relname, pg_catalog.pg_get_indexdef(i.indexrelid)
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND i.indisvalid
            """,
            row => (Name: row.GetString(0), Facts: new IndexFacts(row.GetString(1), row.GetString(2))), cancellationToken))
            .DistinctBy(one => one.Name).ToDictionary(one => one.Name, one => one.Facts, StringComparer.Ordinal),
        (await session.QueryAsync(
            """
            SELECT n.nspname || '.' || c.relname, c.reltuples::bigint FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_'
            """,
            row => (row.GetString(0), row.GetInt64(1)), cancellationToken)).ToDictionary(one => one.Item1, one => one.Item2));
}
