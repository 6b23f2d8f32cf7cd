namespace DbGate.Tests.Backups.Restores;

/// <summary>A legal state of a database, in a schema of its own, so that any number of them go into one database.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Sql">Makes it; <c>{s}</c> is the schema, <c>{n}</c> a number from 1 to 9.</param>
/// <param name="Warned">What a restore warns of, with <c>{s}</c>; null when it has nothing to state.</param>
/// <param name="IsAltered">
/// The copy has other definitions, which a warning states, or another order of columns or other rows in a partition, or is read with other
/// settings.
/// </param>
sealed record LegalState(string Name, string Sql, string? Warned = null, bool IsAltered = false)
{
    public static IReadOnlyList<LegalState> All { get; } =
    [
        new("a violated check",
            "CREATE TABLE {s}.t (id int); INSERT INTO {s}.t SELECT g - {n} FROM generate_series(1, 20) g; ALTER TABLE {s}.t ADD CONSTRAINT "
                + "pos CHECK (id > 0) NOT VALID",
            Warned: "{s}.t.pos"),
        new("a check that was not validated",
            "CREATE TABLE {s}.t (id int); INSERT INTO {s}.t SELECT generate_series(1, {n}); ALTER TABLE {s}.t ADD CONSTRAINT pos CHECK (id "
                + "> 0) NOT VALID"),
        new("orphans of a key that is not valid",
            """
            CREATE TABLE {s}.p (id int PRIMARY KEY); CREATE TABLE {s}.c (p int); INSERT INTO {s}.p VALUES ({n}); INSERT INTO {s}.c VALUES ({n}), (77);
            ALTER TABLE {s}.c ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES {s}.p NOT VALID
            """,
            Warned: "{s}.c.fk"),
        new("orphans of a key that says it is valid",
            """
            CREATE TABLE {s}.p (id int PRIMARY KEY); CREATE TABLE {s}.c (p int CONSTRAINT fk REFERENCES {s}.p); INSERT INTO {s}.p VALUES ({n});
            SET LOCAL session_replication_role = replica; INSERT INTO {s}.c VALUES ({n}), (77); SET LOCAL session_replication_role = origin
            """,
            Warned: "{s}.c.fk", IsAltered: true),
        new("inherited columns",
            """
            CREATE TABLE {s}.parent (a int); CREATE TABLE {s}.child (b int, "odd, ""name" text) INHERITS ({s}.parent); ALTER TABLE {s}.parent ADD COLUMN c text;
            INSERT INTO {s}.parent VALUES ({n}, 'p'); INSERT INTO {s}.child (a, b, c) SELECT g, g + 1, 'x' || g FROM generate_series(1, {n}) g
            """,
            IsAltered: true),
        new("partitions by range, list and hash",
            """
            CREATE TABLE {s}.r (d date, v int) PARTITION BY RANGE (d); CREATE TABLE {s}.r1 PARTITION OF {s}.r FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            CREATE TABLE {s}.rd PARTITION OF {s}.r DEFAULT; INSERT INTO {s}.r SELECT '2025-06-01'::date + g * 40, g FROM generate_series(1, 9) g;
            CREATE TABLE {s}.l (k text, v int) PARTITION BY LIST (k); CREATE TABLE {s}.l1 (v int, k text); ALTER TABLE {s}.l ATTACH PARTITION {s}.l1 FOR VALUES IN ('a', NULL);
            CREATE TABLE {s}.l2 PARTITION OF {s}.l FOR VALUES IN ('b') PARTITION BY HASH (v);
            CREATE TABLE {s}.l2a PARTITION OF {s}.l2 FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE {s}.l2b PARTITION OF {s}.l2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO {s}.l SELECT (ARRAY['a', 'b', NULL])[1 + g % 3], g FROM generate_series(1, 30) g; CREATE INDEX ON {s}.r (v)
            """),
        new("an index on the root of partitions alone",
            """
            CREATE TABLE {s}.t (id int, d date) PARTITION BY RANGE (d); CREATE TABLE {s}.t1 PARTITION OF {s}.t DEFAULT;
            INSERT INTO {s}.t SELECT g, '2026-01-05' FROM generate_series(1, {n}) g; CREATE INDEX t_id ON ONLY {s}.t (id)
            """,
            Warned: "{s}.t_id"),
        new("partitions by the hash of an enum",
            """
            CREATE TYPE {s}.mood AS ENUM ('sad', 'ok', 'a "quoted" one'); CREATE TABLE {s}.h (m {s}.mood, v int) PARTITION BY HASH (m);
            CREATE TABLE {s}.h0 PARTITION OF {s}.h FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE {s}.h1 PARTITION OF {s}.h FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            ALTER TYPE {s}.mood RENAME VALUE 'ok' TO 'fine'; INSERT INTO {s}.h SELECT (enum_range(NULL::{s}.mood))[1 + g % 3], g FROM generate_series(1, 30) g
            """,
            IsAltered: true),
        new("triggers in every state",
            """
            CREATE TABLE {s}.t (id int); CREATE TABLE {s}.log (id int);
            CREATE FUNCTION {s}.note() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO {s}.log VALUES (NEW.id); RETURN NEW; END $f$;
            CREATE TRIGGER usual AFTER INSERT ON {s}.t FOR EACH ROW EXECUTE FUNCTION {s}.note();
            CREATE TRIGGER off AFTER INSERT ON {s}.t FOR EACH ROW EXECUTE FUNCTION {s}.note(); ALTER TABLE {s}.t DISABLE TRIGGER off;
            CREATE TRIGGER always AFTER INSERT ON {s}.t FOR EACH ROW EXECUTE FUNCTION {s}.note(); ALTER TABLE {s}.t ENABLE ALWAYS TRIGGER always;
            CREATE TRIGGER replica AFTER INSERT ON {s}.t FOR EACH ROW EXECUTE FUNCTION {s}.note(); ALTER TABLE {s}.t ENABLE REPLICA TRIGGER replica;
            INSERT INTO {s}.t SELECT generate_series(1, {n}); CREATE RULE no_delete AS ON DELETE TO {s}.t DO INSTEAD NOTHING
            """),
        new("a sequence that is behind",
            "CREATE TABLE {s}.t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY); INSERT INTO {s}.t VALUES (1{n})",
            Warned: "{s}.t_id_seq"),
        new("sequences, called and not",
            """
            CREATE SEQUENCE {s}.unused; CREATE SEQUENCE {s}.down INCREMENT -{n} MINVALUE -100 MAXVALUE -1 CYCLE; SELECT nextval('{s}.down');
            CREATE TABLE {s}.g (id int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT {n}) PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * {n}) STORED, d serial);
            INSERT INTO {s}.g (a) SELECT generate_series(1, 5{n})
            """),
        new("domains",
            """
            CREATE DOMAIN {s}.positive AS int CHECK (VALUE > -1000); CREATE DOMAIN {s}.late AS text; CREATE TABLE {s}.t (a {s}.positive, b {s}.late);
            INSERT INTO {s}.t VALUES ({n}, 'x'); ALTER DOMAIN {s}.late ADD CONSTRAINT longer CHECK (length(VALUE) > 3) NOT VALID
            """,
            Warned: "{s}.late.longer"),
        new("large objects", "SELECT lo_from_bytea(0, convert_to(repeat('{s}', {n}000), 'UTF8')); SELECT lo_create(0)"),
        new("row security",
            """
            CREATE TABLE {s}.t (id int); INSERT INTO {s}.t SELECT generate_series(1, 2{n}); ALTER TABLE {s}.t ENABLE ROW LEVEL SECURITY; ALTER TABLE {s}.t FORCE ROW LEVEL SECURITY;
            CREATE POLICY few ON {s}.t USING (id < {n}); CREATE POLICY none ON {s}.t AS RESTRICTIVE FOR DELETE TO pg_monitor USING (false)
            """),
        new("unlogged and empty tables",
            """
            CREATE UNLOGGED TABLE {s}.u (id int); INSERT INTO {s}.u SELECT generate_series(1, {n}); CREATE TABLE {s}.empty (id int PRIMARY KEY); CREATE TABLE {s}.nothing ();
            CREATE TABLE {s}.zero (); INSERT INTO {s}.zero DEFAULT VALUES; CREATE TABLE {s}.dropped (a int, b int, c int); INSERT INTO {s}.dropped VALUES (1, 2, {n});
            ALTER TABLE {s}.dropped DROP COLUMN b; ALTER TABLE {s}.dropped ADD COLUMN d int DEFAULT 5
            """),
        new("values out of line",
            """
            CREATE TABLE {s}.t (id int, a text, b bytea, c text COMPRESSION pglz); ALTER TABLE {s}.t ALTER a SET STORAGE EXTERNAL;
            INSERT INTO {s}.t SELECT g, repeat(md5(g::text), {n}00), decode(repeat(md5(g::text), 200), 'hex'), repeat('x', 9000) FROM generate_series(1, 20) g
            """),
        new("views, filled and not",
            """
            CREATE TABLE {s}.t AS SELECT g AS id, g % {n} AS k FROM generate_series(1, 50) g; CREATE VIEW {s}.v WITH (security_barrier) AS SELECT * FROM {s}.t WHERE id > {n};
            CREATE MATERIALIZED VIEW {s}.m AS SELECT k, count(*) FROM {s}.v GROUP BY k; CREATE UNIQUE INDEX ON {s}.m (k); CREATE MATERIALIZED VIEW {s}.never AS SELECT {n} AS n WITH NO DATA
            """),
        new("owners and grants",
            """
            CREATE TABLE {s}.t (id int, k text); INSERT INTO {s}.t SELECT g, 'x' FROM generate_series(1, {n}) g; ALTER TABLE {s}.t OWNER TO pg_monitor; GRANT SELECT (k) ON {s}.t TO PUBLIC;
            CREATE FUNCTION {s}.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT {n}'; ALTER FUNCTION {s}.f() OWNER TO pg_monitor; REVOKE ALL ON FUNCTION {s}.f() FROM PUBLIC;
            GRANT USAGE ON SCHEMA {s} TO pg_monitor; ALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT SELECT ON TABLES TO pg_monitor
            """),
        new("settings of the database that harm who connects",
            """
            DO $d$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = ''{n}0ms''', current_database());
              EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); EXECUTE format('ALTER DATABASE %I SET datestyle = ''German, DMY''', current_database());
              EXECUTE format('ALTER DATABASE %I SET bytea_output = escape', current_database()); EXECUTE format('ALTER DATABASE %I SET search_path = {s}', current_database()); END $d$;
            CREATE TABLE {s}.t (d timestamptz, b bytea, i interval); INSERT INTO {s}.t VALUES ('2026-02-0{n} 10:00+02', '\x00ff', '1 mon -{n} days')
            """,
            IsAltered: true),
        new("comments and odd names",
            """
            CREATE TABLE {s}."weird ""name"" \. :x" ("select" int CONSTRAINT "c 'k'" CHECK ("select" > 0), "a:b" text); INSERT INTO {s}."weird ""name"" \. :x" VALUES ({n}, E'a\tb\n\\.\n');
            COMMENT ON TABLE {s}."weird ""name"" \. :x" IS E'a comment\nwith \\. in it'; COMMENT ON COLUMN {s}."weird ""name"" \. :x"."a:b" IS 'it''s';
            COMMENT ON CONSTRAINT "c 'k'" ON {s}."weird ""name"" \. :x" IS '{n}'
            """),
        new("exclusion, deferred keys in circles, statistics",
            """
            CREATE TABLE {s}.x (r int4range, EXCLUDE USING gist (r WITH &&)); INSERT INTO {s}.x SELECT int4range(g * 10, g * 10 + {n}) FROM generate_series(1, 20) g;
            CREATE TABLE {s}.a (id int PRIMARY KEY, b int); CREATE TABLE {s}.b (id int PRIMARY KEY, a int REFERENCES {s}.a DEFERRABLE INITIALLY DEFERRED);
            ALTER TABLE {s}.a ADD FOREIGN KEY (b) REFERENCES {s}.b DEFERRABLE INITIALLY DEFERRED; CREATE STATISTICS {s}.st (ndistinct) ON id, b FROM {s}.a;
            ALTER TABLE {s}.a ALTER id SET STATISTICS {n}00; ALTER TABLE {s}.a SET (fillfactor = 7{n}); INSERT INTO {s}.a VALUES (1, 2); INSERT INTO {s}.b VALUES (2, 1)
            """),
        new("an audit of all definitions",
            """
            CREATE TABLE {s}.ddl (id bigserial PRIMARY KEY, tag text);
            CREATE FUNCTION {s}.note() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO {s}.ddl (tag) VALUES (tg_tag); END $f$;
            CREATE EVENT TRIGGER audit_{s} ON ddl_command_end EXECUTE FUNCTION {s}.note(); CREATE TABLE {s}.seen (id int)
            """),
        new("an extension with a configuration of its own",
            "CREATE EXTENSION IF NOT EXISTS hstore; CREATE TABLE {s}.t (h public.hstore); INSERT INTO {s}.t VALUES ('a=>{n}'), "
                + "('b=>NULL')"),
    ];
}

/// <summary>A database that is in several legal states at once.</summary>
/// <param name="States">Which, each with its number.</param>
sealed record GeneratedSource(IReadOnlyList<(LegalState State, int Number)> States)
{
    public string Sql =>
        "BEGIN;\n" + string.Concat(States.Select((one, i) => $"CREATE SCHEMA s{i};\n{Filled(one.State.Sql, i, one.Number)};\n"))
            + "COMMIT;";

    public IReadOnlyList<string> Warned =>
        [.. States.Select((one, i) => one.State.Warned is { } warned ? Filled(warned, i, one.Number) : null).OfType<string>()];

    public bool IsAltered => States.Any(one => one.State.IsAltered);

    public override string ToString() => string.Join(", ", States.Select(one => $"{one.State.Name} {one.Number}"));

    static string Filled(string text, int schema, int number) =>
        text.Replace("{s}", $"s{schema}", StringComparison.Ordinal).Replace("{n}", $"{number}", StringComparison.Ordinal);
}
