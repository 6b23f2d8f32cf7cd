namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>Releases that add, drop, rename, narrow, revoke and recreate: some written by hand, most generated over every column.</summary>
static class TruthCases
{
    static readonly (string Table, string[] Columns)[] Tables =
    [
        ("users", ["email", "name", "phone", "score", "created", "settings"]),
        ("orders", ["user_id", "total", "state", "note"]),
        ("items", ["order_id", "sku", "qty"]),
        ("audit", ["at", "what"]),
    ];

    public static IEnumerable<TestCaseData> All() =>
        Generated().Concat(Written()).Select((sql, index) => new TestCaseData(sql).SetArgDisplayNames($"{index + 1:00} {Short(sql)}"));

    /// <summary>A few of each kind, for every run.</summary>
    public static IEnumerable<TestCaseData> Some() => All().Where((_, index) => index % 8 == 3);

    static IEnumerable<string> Generated()
    {
        foreach (var (table, columns) in Tables)
        {
            foreach (var column in columns)
            {
                yield return $"ALTER TABLE {table} DROP COLUMN {column} CASCADE;";
                yield return $"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_new;";
            }

            yield return $"ALTER TABLE {table} RENAME TO {table}_old;";
            yield return $"DROP TABLE {table} CASCADE;";
            yield return $"ALTER TABLE {table} ADD COLUMN extra int;";
            yield return $"ALTER TABLE {table} ADD COLUMN extra int NOT NULL DEFAULT 0; ALTER TABLE {table} ALTER COLUMN extra DROP "
                + "DEFAULT;";
            yield return $"ALTER TABLE {table} ADD COLUMN extra text NOT NULL DEFAULT 'x';";
            yield return $"REVOKE INSERT ON {table} FROM shop_app;";
            yield return $"REVOKE SELECT ON {table} FROM shop_app;";
            yield return $"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;";
            yield return $"ALTER TABLE {table} SET SCHEMA pg_temp_no;".Replace("pg_temp_no", "archive", StringComparison.Ordinal)
                .Insert(0, "CREATE SCHEMA archive; ");
        }
    }

    static IEnumerable<string> Written() =>
    [
        "ALTER TABLE users ALTER COLUMN phone TYPE varchar(6);",
        "ALTER TABLE orders ALTER COLUMN note TYPE varchar(4) USING left(note, 4);",
        "ALTER TABLE orders ALTER COLUMN total TYPE text;",
        "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
        "DROP VIEW active_users; ALTER TABLE users ALTER COLUMN id TYPE bigint; CREATE VIEW active_users AS SELECT id, email, name "
            + "FROM users; "
            + "GRANT SELECT ON active_users TO shop_app;",
        "ALTER TABLE users ALTER COLUMN settings TYPE text;",
        "ALTER TABLE users ALTER COLUMN phone TYPE int USING 1;",
        "ALTER TABLE items ALTER COLUMN id DROP DEFAULT, ALTER COLUMN id TYPE text USING id::text;",
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;",
        "ALTER TABLE items ALTER COLUMN qty DROP DEFAULT;",
        "ALTER TABLE users ALTER COLUMN kind DROP DEFAULT;",
        "ALTER TYPE kind RENAME VALUE 'USER' TO 'MEMBER';",
        "ALTER TYPE kind ADD VALUE 'ROBOT';",
        "ALTER TABLE users ADD CONSTRAINT short CHECK (length(email) < 16) NOT VALID;",
        "ALTER TABLE users ADD CONSTRAINT longer CHECK (length(email) > 3) NOT VALID;",
        "CREATE UNIQUE INDEX one_order ON orders (user_id);",
        "ALTER TABLE users DROP CONSTRAINT users_email_key;",
        "DROP INDEX orders_user;",
        "DROP FUNCTION user_total(int);",
        "DROP FUNCTION user_total(int); CREATE FUNCTION user_total(uid bigint, state text) RETURNS bigint LANGUAGE sql STABLE AS "
            + "'SELECT 1::bigint';",
        "DROP FUNCTION user_total(int); CREATE FUNCTION user_total(uid int) RETURNS text LANGUAGE sql STABLE AS 'SELECT ''1''::text';",
        "REVOKE EXECUTE ON FUNCTION user_total FROM PUBLIC;",
        "DROP VIEW active_users;",
        "DROP VIEW active_users; CREATE VIEW active_users AS SELECT id, email, name FROM users;",
        "CREATE OR REPLACE VIEW active_users AS SELECT id, email, name, phone FROM users;",
        "REVOKE USAGE ON SEQUENCE users_id_seq FROM shop_app;",
        "REVOKE USAGE ON SEQUENCE orders_id_seq FROM shop_app;",
        "REVOKE USAGE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO postgres;",
        "ALTER TABLE users DROP COLUMN name CASCADE; ALTER TABLE users ADD COLUMN name text GENERATED ALWAYS AS (email || '!') STORED;",
        "ALTER TABLE orders ALTER COLUMN id DROP DEFAULT; DROP SEQUENCE orders_id_seq; ALTER TABLE orders ALTER COLUMN id ADD "
            + "GENERATED ALWAYS AS "
            + "IDENTITY (START 1000);",
        "DROP TABLE items; CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_id bigint, sku text, qty smallint "
            + "NOT NULL "
            + "DEFAULT 1);",
        "DROP TABLE audit; CREATE TABLE audit (at timestamptz DEFAULT now(), what text); INSERT INTO audit (what) VALUES ('again'); "
            + "GRANT SELECT, INSERT ON audit TO shop_app;",
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY everything ON users TO shop_app USING (true) WITH CHECK (true);",
        "ALTER TABLE orders RENAME COLUMN note TO remark; ALTER TABLE orders ADD COLUMN note varchar(20);",
        "ALTER TABLE users RENAME TO people; CREATE VIEW users AS SELECT * FROM people; GRANT ALL ON users TO shop_app;",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; CREATE TRIGGER refuses "
            + "BEFORE INSERT "
            + "ON audit FOR EACH ROW EXECUTE FUNCTION refuse();",
        "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.extra := 1; RETURN NEW; END $$; ALTER TABLE orders "
            + "ADD COLUMN "
            + "extra int; UPDATE orders SET extra = 1; ALTER TABLE orders ALTER COLUMN extra SET NOT NULL; CREATE TRIGGER fills "
            + "BEFORE INSERT ON "
            + "orders FOR EACH ROW EXECUTE FUNCTION fill();",
        "BEGIN; SET LOCAL lock_timeout = '5s'; ALTER TABLE users DROP COLUMN phone; COMMIT; CREATE INDEX CONCURRENTLY users_name ON "
            + "users (name);",
    ];

    static string Short(string sql) => (sql.Length <= 90 ? sql : $"{sql[..90]}…").Replace('"', '\'').Replace('.', ' ');
}
