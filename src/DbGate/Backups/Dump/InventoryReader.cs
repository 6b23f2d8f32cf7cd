using System.Data.Common;
using System.Globalization;
using System.Text;
using DbGate.Backups.Manifests;
using DbGate.Postgres;

namespace DbGate.Backups.Dump;

/// <summary>A table that is locked against being altered while it is read.</summary>
/// <param name="Oid">Its oid.</param>
/// <param name="Quoted">Its quoted, qualified name.</param>
/// <param name="Bytes">The same in the database's own encoding.</param>
/// <param name="HasRows">It has rows of its own: it is not the root of partitions.</param>
/// <param name="IsOfExtension">An extension made it.</param>
sealed record LockableTable(uint Oid, string Quoted, ReadOnlyMemory<byte> Bytes, bool HasRows, bool IsOfExtension);

/// <summary>Reads the <see cref="Inventory"/> from the catalogs, in the coordinator's transaction.</summary>
sealed class InventoryReader(Session session, string encoding, string systemIdentifier)
{
    const int SequencesPerQuery = 50;
    const string UserSchemas = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    // Names for statements come in the database's own encoding, names for people in UTF-8. SQL_ASCII has no conversion.
    readonly string shown = encoding == "SQL_ASCII" ? "SQL_ASCII" : "UTF8";

    /// <summary>Every relation that pg_dump would lock.</summary>
    public Task<IReadOnlyList<LockableTable>> ReadLockableAsync(CancellationToken cancellationToken) => session.QueryAsync(
        $"""
        SELECT c.oid, pg_catalog.convert_to(pg_catalog.format('%I.%I', n.nspname, c.relname), $1),
          pg_catalog.convert_to(pg_catalog.format('%I.%I', n.nspname, c.relname), $2), c.relkind = 'r', {MemberOfExtension}
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND {UserSchemas} ORDER BY c.oid
        """,
        row => new LockableTable(row.GetFieldValue<uint>(0), Text(row, 1), Bytes(row, 2), row.GetBoolean(3), row.GetBoolean(4)),
        cancellationToken, shown, encoding);

    /// <summary>Everything.</summary>
    public async Task<Inventory> ReadAsync(CancellationToken cancellationToken)
    {
        var needs = new RestoreNeedsReader(session, shown);
        var roles = await needs.ReadRolesAsync(cancellationToken);
        return await ReadAsync(roles, await needs.ReadAsync(roles, cancellationToken), cancellationToken);
    }

    async Task<Inventory> ReadAsync(IReadOnlyList<string> roles, RestoreNeeds needs, CancellationToken cancellationToken) => new()
    {
        Database = await ReadDatabaseAsync(cancellationToken),
        Tables = await ReadTablesAsync(cancellationToken),
        Sequences = await ReadSequencesAsync(cancellationToken),
        MaterializedViews = await ReadNamesAsync(
            "c.relkind = 'm'", "c.relispopulated", row =>
                new MaterializedView(Text(row, 0), Text(row, 1), row.GetBoolean(2)), cancellationToken),
        ForeignTables = await ReadNamesAsync("c.relkind = 'f'", "true", row => new QualifiedName(Text(row, 0), Text(row, 1)),
            cancellationToken),
        Extensions = await session.QueryAsync(
            """
            SELECT pg_catalog.convert_to(e.extname, $1), pg_catalog.convert_to(e.extversion, $1), pg_catalog.convert_to(n.nspname, $1)
            FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace ORDER BY e.extname COLLATE "C"
            """,
            row => new ExtensionInfo(Text(row, 0), Text(row, 1), Text(row, 2)), cancellationToken, shown),
        LargeObjects = await session.ScalarAsync<long>("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata", cancellationToken),
        Roles = roles,
        Needs = needs,
        Tablespaces = await ReadTextsAsync(
            """
            SELECT DISTINCT pg_catalog.convert_to(t.spcname, $1)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace WHERE t.spcname !~ '^pg_' ORDER BY 1
            """, cancellationToken),
        DatabaseSettings = await ReadTextsAsync(
            """
            SELECT DISTINCT pg_catalog.convert_to(pg_catalog.split_part(setting, '=', 1), $1)
            FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) setting
            WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 1
            """, cancellationToken),
        HiddenSubscriptions = await ReadTextsAsync(
            """
            SELECT pg_catalog.convert_to(s.subname, $1) FROM pg_catalog.pg_subscription s
            WHERE s.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
              AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) ORDER BY 1
            """, cancellationToken),
        UnvalidatedForeignKeys = await ReadTextsAsync(
            """
            SELECT pg_catalog.convert_to(k.conrelid::pg_catalog.regclass::text || ' ' || pg_catalog.quote_ident(k.conname), $1)
            FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND NOT k.convalidated ORDER BY 1
            """, cancellationToken),
        State = new(
            await ReadTextsAsync(
                $"""
                SELECT pg_catalog.convert_to(pg_catalog.format('%I.%I', n.nspname, c.relname), $1)
                FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n
                  ON n.oid = c.relnamespace
                WHERE NOT (i.indisvalid AND i.indisready) AND {UserSchemas} ORDER BY 1
                """, cancellationToken),
            await ReadTextsAsync(
                $"""
                SELECT pg_catalog.convert_to(pg_catalog.format('%I.%I.%I', n.nspname, c.relname, k.conname), $1)
                FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n
                  ON n.oid = c.relnamespace
                WHERE k.contype IN ('c', 'f', 'n') AND NOT k.convalidated AND {UserSchemas} ORDER BY 1
                """, cancellationToken)),
    };

    Task<IReadOnlyList<string>> ReadTextsAsync(string sql, CancellationToken cancellationToken) =>
        session.QueryAsync(sql, row => Text(row, 0), cancellationToken, shown);

    Task<IReadOnlyList<T>> ReadNamesAsync<T>(
        string condition, string third, Func<DbDataReader, T> map, CancellationToken cancellationToken) => session.QueryAsync(
        $"""
        SELECT pg_catalog.convert_to(n.nspname, $1), pg_catalog.convert_to(c.relname, $1), {third}
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE {condition} AND {UserSchemas} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """, map, cancellationToken, shown);

    async Task<DatabaseFacts> ReadDatabaseAsync(CancellationToken cancellationToken)
    {
        var major = session.ServerMajor;
        var locale = major >= 17 ? "d.datlocale" : major >= 15 ? "d.daticulocale" : "NULL::text";
        var rules = major >= 16 ? "d.daticurules" : "NULL::text";
        var version = major >= 15 ? "d.datcollversion" : "NULL::text";
        var provider = major >= 15 ? "d.datlocprovider::text" : "'c'";
        var settings = await session.QueryAsync(
            """
            SELECT name, setting FROM pg_catalog.pg_settings
            WHERE name IN ('server_encoding', 'lc_monetary', 'lc_numeric', 'lc_time', 'TimeZone', 'DateStyle', 'IntervalStyle',
              'default_text_search_config',
              'standard_conforming_strings', 'wal_level', 'data_checksums', 'block_size', 'integer_datetimes', 'max_identifier_length',
              'default_table_access_method', 'shared_preload_libraries')
            ORDER BY name COLLATE "C"
            """,
            row => (row.GetString(0), row.GetString(1)), cancellationToken);
        var facts = await session.QueryAsync(
            $"""
            SELECT d.oid, pg_catalog.convert_to(d.datname, $1),
              pg_catalog.current_setting('server_version'), pg_catalog.pg_is_in_recovery(),
              (CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END)::text,
              pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, {provider}, {locale}, pg_catalog.now(),
                pg_catalog.pg_database_size(d.oid),
              (SELECT setting::int8 FROM pg_catalog.pg_settings WHERE name = 'shared_buffers'), {rules}, {version}
            FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
            """,
            row => new DatabaseFacts
            {
                SystemIdentifier = systemIdentifier,
                Oid = row.GetFieldValue<uint>(0),
                Name = Text(row, 1),
                ServerVersion = session.ServerVersion,
                ServerVersionText = row.GetString(2),
                InRecovery = row.GetBoolean(3),
                Lsn = row.GetString(4),
                Encoding = row.GetString(5),
                Collation = row.GetString(6),
                CType = row.GetString(7),
                LocaleProvider = row.GetString(8) switch { "i" => "icu", "b" => "builtin", _ => "libc" },
                Locale = row.IsDBNull(9) ? null : row.GetString(9),
                SnapshotAt = row.GetFieldValue<DateTimeOffset>(10),
                Bytes = row.GetInt64(11),
                BufferPages = row.GetInt64(12),
                IcuRules = row.Optional<string>(13),
                CollationVersion = row.Optional<string>(14),
                Settings = settings.ToDictionary(),
            }, cancellationToken, shown);
        return facts[0];
    }

    // As pg_dump decides it: user schemas, no members of extensions but their configuration tables. Rows of hash partitions
    // whose key holds an enum are loaded through the root: an enum value hashes by its oid, which is another one elsewhere.
    Task<IReadOnlyList<TableInfo>> ReadTablesAsync(CancellationToken cancellationToken) => session.QueryAsync(
        $"""
        WITH RECURSIVE unsafe AS (
          SELECT p.partrelid FROM pg_catalog.pg_partitioned_table p
          WHERE p.partstrat = 'h' AND EXISTS (
            SELECT FROM pg_catalog.unnest(p.partclass::oid[]) k JOIN pg_catalog.pg_opclass o ON o.oid = k
            WHERE o.opcintype = 'pg_catalog.anyenum'::pg_catalog.regtype)
        ), tree AS (
          SELECT c.oid AS leaf, i.inhparent AS ancestor, i.inhparent IN (SELECT partrelid FROM unsafe) AS through, 1 AS depth
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid WHERE c.relispartition
          UNION ALL
          SELECT t.leaf, i.inhparent, t.through OR i.inhparent IN (SELECT partrelid FROM unsafe), t.depth + 1
          FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhrelid = t.ancestor
        ), root AS (
          SELECT DISTINCT ON (leaf) leaf, ancestor FROM tree WHERE through ORDER BY leaf, depth DESC
        ), config AS (
          SELECT e.extname, pg_catalog.unnest(e.extconfig) AS oid, pg_catalog.unnest(e.extcondition) AS condition
            FROM pg_catalog.pg_extension e
        )
        SELECT c.oid, pg_catalog.convert_to(n.nspname, $1), pg_catalog.convert_to(c.relname, $1),
          pg_catalog.convert_to(pg_catalog.format('%I.%I', n.nspname, c.relname), $2),
          pg_catalog.convert_to(coalesce(k.list, ''), $2),
          pg_catalog.convert_to(pg_catalog.quote_ident(rn.nspname) || '.' || pg_catalog.quote_ident(rc.relname), $2),
          pg_catalog.convert_to(rn.nspname, $1), pg_catalog.convert_to(rc.relname, $1),
          pg_catalog.convert_to(coalesce(config.condition, ''), $2), pg_catalog.convert_to(config.extname, $1),
          pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int8, pg_catalog.pg_table_size(c.oid),
          coalesce(am.amname = 'heap', false), c.relpersistence = 'u',
          NOT c.relispartition AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
        LEFT JOIN LATERAL (
          SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) AS list FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') k ON true
        LEFT JOIN config ON config.oid = c.oid
        LEFT JOIN root ON root.leaf = c.oid
        LEFT JOIN pg_catalog.pg_class rc ON rc.oid = root.ancestor
        LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
        WHERE c.relkind = 'r' AND {UserSchemas} AND (config.oid IS NOT NULL OR NOT {MemberOfExtension})
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """,
        row => new TableInfo
        {
            Oid = row.GetFieldValue<uint>(0),
            Schema = Text(row, 1),
            Name = Text(row, 2),
            Quoted = Bytes(row, 3),
            Columns = Bytes(row, 4),
            LoadInto = row.IsDBNull(5) ? Bytes(row, 3) : Bytes(row, 5),
            Root = row.IsDBNull(5) ? null : (Text(row, 6), Text(row, 7)),
            Condition = Bytes(row, 8),
            Extension = row.IsDBNull(9) ? null : Text(row, 9),
            Pages = row.GetInt64(10),
            Bytes = row.GetInt64(11),
            IsHeap = row.GetBoolean(12),
            IsUnlogged = row.GetBoolean(13),
            IsInherited = row.GetBoolean(14),
        }, cancellationToken, shown, encoding);

    async Task<IReadOnlyList<SequenceInfo>> ReadSequencesAsync(CancellationToken cancellationToken)
    {
        var sequences = await session.QueryAsync(
            $"""
            SELECT pg_catalog.convert_to(n.nspname, $1), pg_catalog.convert_to(c.relname, $1),
              pg_catalog.convert_to(pg_catalog.format('%I.%I', n.nspname, c.relname), $1),
              pg_catalog.convert_to(pg_catalog.quote_literal(pg_catalog.format('%I.%I', n.nspname, c.relname)), $2)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'S' AND {UserSchemas}
              AND (NOT {MemberOfExtension} OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))
            ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
            """,
            row =>
                (Schema: Text(row, 0), Name: Text(row, 1), Quoted: Text(row, 2), Literal: Bytes(row, 3)), cancellationToken, shown,
                    encoding);
        var states = new List<SequenceInfo>();
        // The server plans a long UNION slower than several short ones.
        foreach (var batch in sequences.Chunk(SequencesPerQuery))
        {
            var union = batch.Select((sequence, index) =>
                string.Create(CultureInfo.InvariantCulture, $"SELECT {index}, last_value, is_called FROM {sequence.Quoted}"));
            var values = await session.QueryAsync(
                $"{string.Join(" UNION ALL ", union)} ORDER BY 1", row =>
                    (Last: row.GetInt64(1), Called: row.GetBoolean(2)), cancellationToken);
            states.AddRange(batch.Zip(values, (sequence, value) =>
                new SequenceInfo(new(sequence.Schema, sequence.Name, value.Last, value.Called), sequence.Literal)));
        }

        return states;
    }

    public const string MemberOfExtension =
        """
        EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
          AND d.objsubid = 0
          AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e')
        """;

    static byte[] Bytes(DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    static string Text(DbDataReader row, int column) => Encoding.UTF8.GetString(Bytes(row, column));
}
