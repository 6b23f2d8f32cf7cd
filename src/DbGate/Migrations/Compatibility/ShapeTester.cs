using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Compatibility;

/// <summary>
/// Asks a server what it thinks of queries without running them: each is parsed, described and planned as the role that sends it, with
/// parameters that have no values. Planning checks grants; parsing does not.
/// </summary>
/// <param name="session">As the role, on a scratch database that no other session changes meanwhile.</param>
sealed class ShapeTester(Session session)
{
    const string Name = "dbgate_shape";
    const uint Unknown = 705;
    const uint TextType = 25;
    const string NoType = "42P18";
    const string SyntaxError = "42601";
    const int MostParameters = 65_535;

    static readonly string[] Planned = ["select", "insert", "update", "delete", "merge", "values", "with", "table"];
    static readonly string[] TypesBeforeLiteral = ["interval", "date", "time", "timestamp", "timestamptz"];

    readonly Dictionary<string, bool> sequences = new(StringComparer.Ordinal);
    /// <summary>Plans for their cost, as the planner really would, in place of for what an index can serve.</summary>
    public bool IsCosted { get; init; }

    IReadOnlyDictionary<uint, string> types = new Dictionary<uint, string>();

    /// <summary>True for a statement that has a plan; others are utilities.</summary>
    public static bool HasPlan(string text) => Planned.Contains(ShapeText.Verb(text));

    /// <summary>
    /// The one statement of a text; null when the text is several, or ends in the middle. Nothing behind a semicolon is ever sent.
    /// </summary>
    public static string? Single(string text)
    {
        try
        {
            return StatementSplitter.Split(text, "query").Statements is [var one] ? one.Text : null;
        }
        catch (GateException)
        {
            return null;
        }
    }

    /// <summary>Prepares the session. Indexes are preferred, so that what a plan reads from end to end has no index to offer.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await session.ExecuteScriptAsync(
            [
                "SET plan_cache_mode = force_generic_plan", $"SET enable_seqscan = {(IsCosted ? "on" : "off")}", "SET jit = off",
                "SET statement_timeout = '20s'", "SET lock_timeout = '10s'",
            ],
            cancellationToken);
        types = (await session.QueryAsync(
                "SELECT t.oid, pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t",
                row => (row.GetFieldValue<uint>(0), row.GetString(1)), cancellationToken))
            .ToDictionary(one => one.Item1, one => one.Item2);
    }

    /// <summary>What the role may do.</summary>
    public async Task<RoleSecurity> ReadSecurityAsync(CancellationToken cancellationToken)
    {
        var active = await session.QueryAsync(
            """
            SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
            """,
            row => row.GetString(0), cancellationToken);
        var policies = active.Count == 0 ? [] : await session.QueryAsync(
            """
            SELECT n.nspname || '.' || c.relname, p.polcmd::text, p.polpermissive, pg_catalog.concat_ws(
              ' ', p.polcmd, p.polpermissive, pg_catalog.pg_get_expr(p.polqual, p.polrelid), '|',
              pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
            FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE EXISTS (SELECT FROM unnest(p.polroles) r
              WHERE r = 0 OR pg_catalog.pg_has_role(current_user, r, 'USAGE'))
            """,
            row => (Table: row.GetString(0), Command: row.GetString(1)[0], Permits: row.GetBoolean(2), Text: row.GetString(3)),
            cancellationToken);
        return new(
            active.ToHashSet(StringComparer.Ordinal),
            policies.Where(policy => policy.Permits)
                .SelectMany(policy => (policy.Command == '*' ? "rawd" : $"{policy.Command}").Select(one => (policy.Table, one)))
                .ToHashSet(),
            (await session.QueryAsync(
                """
                SELECT n.nspname || '.' || c.relname, p FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
                  unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                  AND pg_catalog.has_table_privilege(c.oid, p)
                """,
                row => (row.GetString(0), row.GetString(1)), cancellationToken)).ToHashSet(),
            policies.Select(policy => (policy.Table, policy.Text)).ToHashSet());
    }

    /// <summary>Tests a query before the migrations. Where a normalised text is not SQL any more, a form of it that is.</summary>
    /// <param name="text">One statement.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<ShapeState> TestAsync(string text, CancellationToken cancellationToken)
    {
        var state = await AskAsync(text, [], cancellationToken);
        for (var tries = 0; tries < 20 && state.Error is { SqlState: NoType } error && ParameterOf(error.Message) is { } number; tries++)
        {
            var declared = state.Parameters.Count >= number ? [.. state.Parameters] : Pad(state.Parameters, number);
            declared[number - 1] = TextType;
            state = await AskAsync(text, declared, cancellationToken);
            state = state.Error is null ? state : state with { Parameters = declared };
        }

        return state.Error is { SqlState: SyntaxError } && Denormalize(text) is { } other && other != text
            ? await AskAsync(other, [], cancellationToken)
            : state;
    }

    /// <summary>Tests a query again, with the parameters' types as they were: drivers send them.</summary>
    public async Task<ShapeState> TestAgainAsync(ShapeState before, CancellationToken cancellationToken)
    {
        if (before.Parameters.Where(type => !types.ContainsKey(type)).ToArray() is [var gone, ..])
        {
            return before with { Error = new("42704", $"the type of a parameter ({gone}) does not exist any more"), FailsWithTypes = true };
        }

        var typed = await AskAsync(before.Text, before.Parameters, cancellationToken);
        return typed.Error is null || before.Parameters.Count == 0 || (await AskAsync(before.Text, [], cancellationToken)).Error is not null
            ? typed
            : typed with { FailsWithTypes = true };
    }

    async Task<ShapeState> AskAsync(string text, IReadOnlyList<uint> declared, CancellationToken cancellationToken)
    {
        var state = new ShapeState { Text = text, Parameters = declared };
        try
        {
            var list = declared.Count == 0
                ? ""
                : $"({string.Join(", ", declared.Select(type => types.GetValueOrDefault(type) ?? "unknown"))})";
            await session.ExecuteScriptAsync(["DEALLOCATE ALL", $"PREPARE {Name}{list} AS {text}"], cancellationToken);
            var parameters = Numbers(await session.ScalarAsync<string>(
                $"SELECT array_to_string(parameter_types::oid[], ',') FROM pg_catalog.pg_prepared_statements WHERE name = '{Name}'",
                cancellationToken));
            state = state with { Parameters = parameters };
            if (parameters.Count > MostParameters)
            {
                return state with { Error = new("54000", "too many parameters") };
            }

            var values = parameters.Count == 0 ? "" : $"({string.Join(", ", parameters.Select(_ => "NULL"))})";
            var results = await session.DescribeAsync($"EXECUTE {Name}{values}", cancellationToken);
            var json = await session.ScalarAsync<string>(
                $"EXPLAIN (VERBOSE, COSTS {(IsCosted ? "ON" : "OFF")}, FORMAT JSON) EXECUTE {Name}{values}", cancellationToken) ?? "[]";
            if (IsCosted)
            {
                return state with { Cost = PlanCost.Read(json) };
            }

            var plan = PlanFacts.Read(json);
            return state with
            {
                Results = [.. results.Select(column => new ResultColumn(column.Name, column.Type))],
                Plan = plan,
                DeniedSequences = await DeniedAsync(plan, cancellationToken),
            };
        }
        catch (PostgresFault fault)
        {
            return state with { Error = new(fault.SqlState, Message(fault)) };
        }
    }

    /// <summary>The server checks this right only when a row is written.</summary>
    async Task<IReadOnlyList<string>> DeniedAsync(PlanFacts plan, CancellationToken cancellationToken)
    {
        var denied = new List<string>();
        foreach (var value in plan.Writes.SelectMany(write => write.Values).Where(IsNextValue).Distinct(StringComparer.Ordinal))
        {
            if (!sequences.TryGetValue(value, out var may))
            {
                var name = value["nextval(".Length..value.LastIndexOf("::regclass", StringComparison.Ordinal)];
                may = await session.ScalarAsync<bool>(
                    $"SELECT pg_catalog.has_sequence_privilege({name}, 'USAGE, UPDATE')", cancellationToken);
                sequences[value] = may;
            }

            if (!may)
            {
                denied.Add(value);
            }
        }

        return denied;
    }

    internal static bool IsNextValue(string value) =>
        value.StartsWith("nextval('", StringComparison.Ordinal) && value.EndsWith("'::regclass)", StringComparison.Ordinal);

    static uint[] Pad(IReadOnlyList<uint> parameters, int count) =>
        [.. parameters, .. Enumerable.Repeat(Unknown, count - parameters.Count)];

    /// <summary>The parameter of "could not determine data type of parameter $2".</summary>
    static int? ParameterOf(string message) =>
        message.LastIndexOf('$') is >= 0 and var at && int.TryParse(message[(at + 1)..], out var number) && number is > 0 and < 1000
            ? number
            : null;

    /// <summary>Classes of errors whose messages repeat a value of the query.</summary>
    static string Message(PostgresFault fault) =>
        fault.SqlState.StartsWith("22", StringComparison.Ordinal)
            && fault.MessageText.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? fault.MessageText[..colon]
            : fault.SqlState == SyntaxError ? "syntax error" : fault.MessageText;

    static IReadOnlyList<uint> Numbers(string? list) =>
        string.IsNullOrEmpty(list)
            ? []
            : [.. list.Split(',').Select(one => uint.Parse(one, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>pg_stat_statements writes <c>interval $1</c> and <c>extract($1 from x)</c>, which no server takes.</summary>
    internal static string Denormalize(string text)
    {
        var result = new System.Text.StringBuilder();
        var lexer = new Lexer(text);
        var (end, last, before) = (0, "", "");
        while (lexer.Next(out var token))
        {
            var word = token.In(text).ToString();
            var gap = text[end..token.Start];
            if (token.Kind == TokenKind.Parameter && TypesBeforeLiteral.Contains(last, StringComparer.OrdinalIgnoreCase))
            {
                result.Length -= last.Length;
                result.Append($"{word}::{last}");
            }
            else if (token.Kind == TokenKind.Parameter && last == "(" && before.Equals("extract", StringComparison.OrdinalIgnoreCase))
            {
                result.Append(gap).Append("epoch");
            }
            else
            {
                result.Append(gap).Append(word);
            }

            (before, last, end) = (last, word, token.End);
        }

        return result.ToString();
    }
}
