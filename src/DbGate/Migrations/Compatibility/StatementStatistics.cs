using DbGate.Postgres;

namespace DbGate.Migrations.Compatibility;

/// <summary>Reads <c>pg_stat_statements</c>: every query since the last reset, with its role, calls and time.</summary>
/// <param name="session">On the target; its own role's queries can always be read.</param>
/// <param name="others">Roles that are not the running release's, such as the one that deploys.</param>
sealed class StatementStatistics(Session session, IReadOnlyList<string> others)
{
    /// <summary>More than a release has; the rarest are left out, and counted.</summary>
    internal const int Most = 10_000;

    const int LongestText = 100_000;
    const string Hidden = "<insufficient privilege>";
    static readonly TimeSpan Representative = TimeSpan.FromDays(1);

    const string NotLoaded = "55000";
    const string Denied = "42501";

    /// <summary>Reads it.</summary>
    /// <returns>No queries, and a note, where it cannot be read.</returns>
    public async Task<QueryCollection> ReadAsync(CancellationToken cancellationToken)
    {
        var schema = await session.ScalarAsync<string>(
            """
            SELECT n.nspname::text FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pg_stat_statements'
            """,
            cancellationToken);
        if (schema is null)
        {
            return Unread(
                "the extension is not in this database: CREATE EXTENSION pg_stat_statements (the server needs it in "
                    + "shared_preload_libraries)");
        }

        try
        {
            return await ReadAsync(schema, cancellationToken);
        }
        catch (PostgresFault fault) when (fault.SqlState == NotLoaded)
        {
            return Unread("the server does not load it: add pg_stat_statements to shared_preload_libraries and restart the server");
        }
        catch (PostgresFault fault) when (fault.SqlState == Denied)
        {
            return Unread($"{fault.MessageText}: GRANT pg_read_all_stats TO {Sql.Identifier(session.Url.User)}");
        }
    }

    async Task<QueryCollection> ReadAsync(string schema, CancellationToken cancellationToken)
    {
        var columns = (await session.QueryAsync(
            """
            SELECT a.attname::text FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
            """,
            row => row.GetString(0), cancellationToken, Sql.Identifier(schema, "pg_stat_statements"))).ToHashSet(StringComparer.Ordinal);
        var time = columns.Contains("total_exec_time") ? "total_exec_time" : "total_time";
        var rows = await session.QueryAsync(
            $"""
            SELECT r.rolname::text, pg_catalog.left(s.query, {LongestText + 1}), sum(s.calls)::bigint, sum(s.{time})::float8
            FROM {Sql.Identifier(schema, "pg_stat_statements")} s JOIN pg_catalog.pg_roles r ON r.oid = s.userid
            WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
              AND s.query IS NOT NULL AND r.rolname <> ALL ($1)
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {Most + 1}
            """,
            row => new RunningQuery(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetDouble(3)),
            cancellationToken, (object)others.ToArray());
        var (since, evicted, now) = await ReadResetAsync(schema, cancellationToken);
        var hidden = rows.Where(row => row.Text == Hidden).ToArray();
        var tooLong = rows.Count(row => row.Text.Length > LongestText);
        return new("pg_stat_statements", [.. rows.Where(row => row.Text != Hidden && row.Text.Length <= LongestText).Take(Most)])
        {
            Since = since,
            ReadAt = now,
            IsPartial = hidden.Length > 0 || rows.Count > Most || tooLong > 0 || evicted > 0 || since is null
                || now - since < Representative,
            Notes =
            [
                .. hidden.Length == 0 ? Array.Empty<string>() :
                [
                    $"queries of {string.Join(", ", hidden.Select(row => row.Role).Distinct())}: their texts are hidden from "
                        + $"{session.Url.User}: GRANT pg_read_all_stats TO {Sql.Identifier(session.Url.User)}",
                ],
                .. rows.Count > Most ? [$"the rarest queries: only the {Most} with most calls are tested"] : Array.Empty<string>(),
                .. tooLong > 0 ? [$"{tooLong} queries longer than {LongestText} characters"] : Array.Empty<string>(),
                .. evicted > 0
                    ? [$"queries that the server forgot: pg_stat_statements.max was reached {evicted} times since the last reset"]
                    : Array.Empty<string>(),
                .. since is { } reset && now - reset < Representative
                    ? [$"queries that run less than once in {Hours(now - reset)}: the statistics began at "
                        + $"{reset.UtcDateTime:yyyy-MM-dd HH:mm}Z"]
                    : Array.Empty<string>(),
            ],
        };
    }

    async Task<(DateTimeOffset? Since, long Evicted, DateTimeOffset Now)> ReadResetAsync(string schema, CancellationToken cancellationToken)
    {
        var now = await session.ScalarAsync<DateTimeOffset>("SELECT pg_catalog.clock_timestamp()", cancellationToken);
        var info = Sql.Identifier(schema, "pg_stat_statements_info");
        if (!await session.ScalarAsync<bool>("SELECT pg_catalog.to_regclass($1) IS NOT NULL", cancellationToken, info))
        {
            return (null, 0, now);
        }

        var rows = await session.QueryAsync(
            $"SELECT stats_reset, dealloc FROM {info}",
            row => (row.IsDBNull(0) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1)), cancellationToken);
        return rows is [var (since, evicted), ..] ? (since, evicted, now) : (null, 0, now);
    }

    static string Hours(TimeSpan time) => time.TotalHours >= 1 ? $"{time.TotalHours:0} h" : $"{Math.Max(1, time.TotalMinutes):0} min";

    static QueryCollection Unread(string why) => QueryCollection.None with { Notes = [$"pg_stat_statements: {why}"] };
}
