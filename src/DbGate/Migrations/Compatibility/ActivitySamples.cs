using DbGate.Postgres;

namespace DbGate.Migrations.Compatibility;

/// <summary>Looks at <c>pg_stat_activity</c> a few times: what sessions run now, or ran last. For servers without statistics.</summary>
/// <param name="session">On the target.</param>
/// <param name="others">Roles that are not the running release's.</param>
/// <param name="clock">Waits between two looks.</param>
sealed class ActivitySamples(Session session, IReadOnlyList<string> others, TimeProvider clock)
{
    const int Looks = 5;
    const int MostShapes = 2_000;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<QueryCollection> ReadAsync(CancellationToken cancellationToken)
    {
        var limit = await session.ScalarAsync<int>(
            "SELECT setting::int FROM pg_catalog.pg_settings WHERE name = 'track_activity_query_size'", cancellationToken);
        var seen = new Dictionary<(string Role, string Shape), RunningQuery>();
        var cut = new HashSet<string>(StringComparer.Ordinal);
        for (var look = 0; look < Looks && seen.Count < MostShapes; look++)
        {
            var rows = await session.QueryAsync(
                """
                SELECT a.usename::text, a.query FROM pg_catalog.pg_stat_activity a
                WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
                  AND a.backend_type = 'client backend'
                  AND a.query <> '' AND a.query <> '<insufficient privilege>' AND a.usename <> ALL ($1)
                  AND a.application_name !~ '^dbgate'
                """,
                row => new RunningQuery(row.GetString(0), row.GetString(1), 1, 0), cancellationToken, (object)others.ToArray());
            foreach (var query in rows.Where(row => row.Text.Length > 0))
            {
                if (System.Text.Encoding.UTF8.GetByteCount(query.Text) >= limit - 1)
                {
                    cut.Add(query.Hash);
                    continue;
                }

                var key = (query.Role, query.Shape);
                seen[key] = seen.TryGetValue(key, out var known) ? known with { Calls = known.Calls + 1 } : query;
            }

            await Task.Delay(look == Looks - 1 ? TimeSpan.Zero : Pause, clock, cancellationToken);
        }

        return seen.Count == 0
            ? QueryCollection.None with { Notes = ["pg_stat_activity: no other session of the application was seen"] }
            : new("pg_stat_activity", [.. seen.Values.OrderByDescending(query => query.Calls)])
            {
                Notes =
                [
                    $"queries that no session ran during {Looks} looks at pg_stat_activity",
                    .. cut.Count > 0
                        ? [$"{cut.Count} queries longer than track_activity_query_size ({limit} bytes)"]
                        : Array.Empty<string>(),
                ],
            };
    }
}
