using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Statements;
using Npgsql;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>A query as the application sends it, with the values of one call.</summary>
sealed record AppQuery(string Name, string Sql, params object[] Values)
{
    /// <summary>A comment that the statistics keep, to find the query again.</summary>
    public string Marked => $"{Sql} /* {Name} */";
}

/// <summary>What one call came to: the error, or the rows.</summary>
sealed record Experience(string? Error, int Rows, IReadOnlyList<(string Name, Type Type)> Columns)
{
    /// <summary>Of a query that counts or adds up: the number.</summary>
    public string? Total { get; init; }

    /// <summary>True when the call fails, or finds nothing where it found rows, or another number.</summary>
    public bool IsWorseThan(Experience before) => Error is not null || (Rows == 0 && before.Rows > 0) || Total != before.Total;
}

/// <summary>
/// An application that runs: its schema with rows, its role, and its queries, run under pg_stat_statements by Npgsql with typed parameters.
/// </summary>
sealed class OldRelease : IAsyncDisposable
{
    public const string Role = "shop_app";
    const string Password = "shop";

    const string Schema = """
        CREATE TYPE kind AS ENUM ('USER', 'ADMIN', 'GUEST');
        CREATE TABLE users (id serial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name text, phone text,
          kind kind NOT NULL DEFAULT 'USER',
          score numeric(10,2), created timestamptz DEFAULT now(), settings jsonb);
        CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int REFERENCES users, total int NOT NULL, state text DEFAULT 'new',
          note varchar(20));
        CREATE INDEX orders_user ON orders (user_id);
        CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_id bigint REFERENCES orders, sku text,
          qty smallint NOT NULL DEFAULT 1);
        CREATE TABLE audit (at timestamptz DEFAULT now(), what text);
        CREATE VIEW active_users AS SELECT id, email, name FROM users WHERE kind <> 'GUEST';
        CREATE FUNCTION user_total(uid int) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT sum(total) FROM orders WHERE user_id = uid';
        INSERT INTO users (email, name, phone, score, settings)
          SELECT 'u' || g || '@example.org', 'name ' || g, '+49 ' || g, g, '{"a": 1}' FROM generate_series(1, 50) g;
        INSERT INTO orders (user_id, total, note) SELECT g, g * 10, 'note ' || g FROM generate_series(1, 50) g;
        INSERT INTO items (order_id, sku) SELECT g, 'sku' || g FROM generate_series(1, 50) g;
        INSERT INTO audit (what) VALUES ('made');
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO shop_app;
        """;

    static readonly Guid Missing = Guid.Parse("00000000-0000-0000-0000-000000000001");

    public static IReadOnlyList<AppQuery> Queries { get; } =
    [
        new("user_by_id", "SELECT id, email, name FROM users WHERE id = $1", 1),
        new("user_by_email", "SELECT id, name, phone FROM users WHERE email = $1", "u2@example.org"),
        new("user_all", "SELECT * FROM users WHERE id < $1", 5),
        new("user_kind", "SELECT id, kind::text AS kind FROM users WHERE kind = 'USER' AND id = $1", 3),
        new("user_phone", "SELECT u.phone FROM users u WHERE u.phone = $1", "+49 4"),
        new("user_score", "SELECT id, score FROM users WHERE score > $1 ORDER BY score DESC LIMIT 3", 10m),
        new("user_created", "SELECT count(*) FROM users WHERE created < now() + interval '1 day'"),
        new("user_settings", "SELECT settings ->> 'a' AS a FROM users WHERE id = $1", 5),
        new("user_insert", "INSERT INTO users (email, name) VALUES ($1, $2) RETURNING id", "new@example.org", "new"),
        new("user_insert_full", "INSERT INTO users (email, name, phone, score) VALUES ($1, $2, $3, $4)", "full@example.org", "f", "1", 2m),
        new("user_rename", "UPDATE users SET name = $1 WHERE id = $2", "renamed", 6),
        new("user_phone_update", "UPDATE users SET phone = $1 WHERE id = $2", "+1", 7),
        new("user_upsert", "INSERT INTO users (email, name) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = excluded.name",
            "u8@example.org", "eight"),
        new("orders_of_user", "SELECT o.id, o.total FROM orders o WHERE o.user_id = $1", 9),
        new("order_join", "SELECT u.email, o.total FROM users u JOIN orders o ON o.user_id = u.id WHERE o.id = $1", 10L),
        new("order_insert", "INSERT INTO orders (user_id, total) VALUES ($1, $2) RETURNING id", 11, 5),
        new("order_insert_note", "INSERT INTO orders (user_id, total, note) VALUES ($1, $2, $3)", 11, 5, "short"),
        new("order_state", "UPDATE orders SET state = $1 WHERE id = $2", "paid", 12L),
        new("order_note", "SELECT note FROM orders WHERE id = $1", 13L),
        new("order_sum", "SELECT sum(total) AS sum FROM orders WHERE state = $1", "new"),
        new("item_by_order", "SELECT id, sku, qty FROM items WHERE order_id = $1", 14L),
        new("item_insert", "INSERT INTO items (order_id, sku) VALUES ($1, $2)", 15L, "sku"),
        new("item_insert_values", "INSERT INTO items VALUES ($1, $2, $3)", Missing, 15L, "sku"),
        new("item_delete", "DELETE FROM items WHERE order_id = $1", 16L),
        new("audit_insert", "INSERT INTO audit (what) VALUES ($1)", "did"),
        new("audit_read", "SELECT what FROM audit"),
        new("active", "SELECT id, email FROM active_users WHERE id = $1", 17),
        new("total", "SELECT user_total($1) AS total", 18),
        new("cte", "WITH paid AS (UPDATE orders SET state = 'paid' WHERE id = $1 RETURNING user_id) SELECT u.name FROM users u JOIN paid p "
            + "ON p.user_id = u.id", 19L),
    ];

    readonly ThrowawayServer server;
    readonly TestDatabase data;
    readonly TestDatabase schema;

    OldRelease(ThrowawayServer server, TestDatabase data, TestDatabase schema, QueryCollection collected) =>
        (this.server, this.data, this.schema, Collected) = (server, data, schema, collected);

    /// <summary>As pg_stat_statements has it after the application ran.</summary>
    public QueryCollection Collected { get; }

    public PostgresUrl Server => server.Url;

    /// <summary>What each call came to before any migration.</summary>
    public required IReadOnlyDictionary<string, Experience> Before { get; init; }

    public static async Task<OldRelease> StartAsync()
    {
        var server = await TestServer.StartLocalAsync(new ThrowawayOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["shared_preload_libraries"] = "pg_stat_statements",
                ["pg_stat_statements.max"] = "50000", // each test has databases of its own
            },
        });
        await ExecuteAsync(server.Url, $"CREATE ROLE {Role} LOGIN PASSWORD '{Password}'");
        var schema = await TestDatabase.CreateAsync(server.Url);
        await schema.ExecuteAsync(Schema);
        await schema.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        var data = await TestDatabase.CreateAsync(server.Url, schema);
        var before = await UseAsync(data.Url);
        QueryCollection collected;
        await using (var session = await Session.OpenAsync(AsRole(data.Url, Role), null, default))
        {
            collected = await new StatementStatistics(session, ["postgres"]).ReadAsync(default);
        }

        await schema.ExecuteAsync("TRUNCATE users, orders, items, audit");
        return new(server, data, schema, collected) { Before = before };
    }

    /// <summary>The database that the application used.</summary>
    public PostgresUrl CollectedIn => data.Url;

    public Task<TestDatabase> WithRowsAsync() => TestDatabase.CreateAsync(Server, data);

    public static SchemaCopy CopyOf(TestDatabase database) => new(database.Url, "public")
    {
        OpenDeploy = cancellationToken => Session.OpenAsync(database.Url, null, cancellationToken),
        RoleUrl = role => AsRole(database.Url, role),
    };

    /// <summary>Tests the application's queries against a release.</summary>
    public async Task<CompatibilityReport> TestAsync(string sql, QueryCollection? queries = null)
    {
        var databases = new List<TestDatabase>();
        try
        {
            var test = new CompatibilityTest(async _ =>
            {
                databases.Add(await TestDatabase.CreateAsync(Server, schema));
                return CopyOf(databases[^1]);
            });
            var script = StatementSplitter.Split(sql, "m1/migration.sql");
            return await test.RunAsync(queries ?? Collected, [new PendingMigration("m1", script, TransactionRule.PerStatement)], default);
        }
        finally
        {
            foreach (var database in databases)
            {
                await database.DisposeAsync();
            }
        }
    }

    /// <summary>Which query of the application a hash is.</summary>
    public IEnumerable<string> NamesOf(string hash) => Collected.Queries.Where(query => query.Hash == hash)
        .SelectMany(query => Queries.Where(one => query.Text.Contains($"/* {one.Name} */")).Select(one => one.Name));

    /// <summary>Makes every call of the application, each in a transaction that is rolled back.</summary>
    public static async Task<IReadOnlyDictionary<string, Experience>> UseAsync(
        PostgresUrl database, IReadOnlyDictionary<string, Experience>? before = null)
    {
        await using var connection = await TestServer.ConnectAsync(AsRole(database, Role));
        var results = new Dictionary<string, Experience>();
        foreach (var query in Queries)
        {
            results[query.Name] = await CallAsync(connection, query, before?[query.Name]);
        }

        return results;
    }

    static async Task<Experience> CallAsync(NpgsqlConnection connection, AppQuery query, Experience? before)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            await using var command = new NpgsqlCommand(query.Marked, connection, transaction);
            foreach (var value in query.Values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            var rows = 0;
            string? total = null;
            (string, Type)[] columns = [];
            await using (var reader = await command.ExecuteReaderAsync())
            {
                columns = [.. Enumerable.Range(0, reader.FieldCount).Select(index => (reader.GetName(index), reader.GetFieldType(index)))];
                while (await reader.ReadAsync())
                {
                    rows++;
                    total = query.Sql.Contains("sum(") || query.Sql.Contains("count(") ? $"{reader.GetValue(0)}" : null;
                    foreach (var (name, type) in before?.Columns ?? columns)
                    {
                        Read(reader, reader.GetOrdinal(name), type);
                    }
                }

                await reader.CloseAsync();
                rows = columns.Length == 0 ? Math.Max(0, reader.RecordsAffected) : rows;
            }

            return new(null, rows, columns) { Total = total };
        }
        catch (Exception fault) when (fault is PostgresException or InvalidCastException or IndexOutOfRangeException or OverflowException)
        {
            return new(fault.Message, 0, []);
        }
    }

    static void Read(NpgsqlDataReader reader, int ordinal, Type type)
    {
        if (!reader.IsDBNull(ordinal))
        {
            try
            {
                typeof(NpgsqlDataReader).GetMethod(nameof(NpgsqlDataReader.GetFieldValue))!.MakeGenericMethod(type)
                    .Invoke(reader, [ordinal]);
            }
            catch (System.Reflection.TargetInvocationException fault) when (fault.InnerException is { } inner)
            {
                throw new InvalidCastException(inner.Message, inner);
            }
        }
    }

    public static PostgresUrl AsRole(PostgresUrl url, string role) => url with { User = role, Password = Password };

    static async Task ExecuteAsync(PostgresUrl url, string sql)
    {
        await using var connection = await TestServer.ConnectAsync(url);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await data.DisposeAsync();
        await schema.DisposeAsync();
        await server.DisposeAsync();
    }
}
