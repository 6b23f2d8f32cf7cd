using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>How the text of a statement can act on one server and do nothing on another.</summary>
/// <param name="Names">The functions, views and settings that it reads and that differ between servers, as written in a message.</param>
/// <param name="Writes">Whether it contains a word of a statement that writes, or runs SQL that it builds.</param>
/// <param name="Destroys">Whether it can change or delete what exists: anything that writes but INSERT and CREATE.</param>
sealed record ServerTraits(IReadOnlyList<string> Names, bool Writes, bool Destroys)
{
    const int MostLevels = 4;

    static readonly ServerTraits None = new([], false, false);

    static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "inet_server_addr", "inet_server_port", "inet_client_addr", "inet_client_port", "pg_postmaster_start_time", "pg_conf_load_time",
        "pg_read_file", "pg_read_binary_file", "pg_current_logfile", "pg_show_all_settings", "pg_show_all_file_settings",
        "pg_database_size", "pg_relation_size", "pg_table_size", "pg_total_relation_size", "pg_indexes_size", "pg_lock_status",
        "pg_get_replication_slots", "txid_current", "txid_current_if_assigned", "txid_current_snapshot", "pg_current_xact_id",
        "pg_current_xact_id_if_assigned", "pg_current_snapshot", "pg_export_snapshot", "pg_backend_pid", "pg_blocking_pids",
        "pg_relation_filenode", "pg_relation_filepath", "pg_tablespace_location", "pg_notification_queue_usage", "lo_import",
    };

    static readonly string[] FamiliesOfFunctions =
        ["pg_control_", "pg_is_in_", "pg_last_wal_", "pg_last_xact_", "pg_current_wal_", "pg_ls_", "pg_try_advisory_", "dblink"];

    static readonly HashSet<string> Views = new(StringComparer.Ordinal)
    {
        "pg_settings", "pg_file_settings", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_database", "pg_tablespace", "pg_locks",
        "pg_prepared_xacts", "pg_replication_slots", "pg_shmem_allocations", "pg_stats", "pg_stats_ext", "pg_stats_ext_exprs",
        "pg_statistic", "pg_statistic_ext_data", "pg_authid", "pg_shadow", "pg_subscription", "pg_config",
        // Columns of the catalog that a restore does not bring back.
        "reltuples", "relpages", "relallvisible", "relfilenode", "relfrozenxid", "relminmxid", "datfrozenxid", "xmin", "xmax",
    };

    static readonly string[] FamiliesOfViews = ["pg_stat_", "pg_statio_"];

    // An extension and a role.
    static readonly string[] NotTelling = ["pg_stat_statements", "pg_stat_scan_tables"];

    static readonly HashSet<string> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        "port", "data_directory", "cluster_name", "listen_addresses", "config_file", "hba_file", "ident_file", "external_pid_file",
        "unix_socket_directories", "unix_socket_group", "unix_socket_permissions", "max_connections", "shared_buffers",
        "shared_preload_libraries", "session_preload_libraries", "effective_cache_size", "max_wal_size", "min_wal_size", "wal_level",
        "archive_mode", "archive_command", "archive_library", "primary_conninfo", "primary_slot_name", "hot_standby", "in_hot_standby",
        "synchronous_standby_names", "max_wal_senders", "max_replication_slots", "fsync", "full_page_writes", "ssl", "ssl_cert_file",
        "ssl_ca_file", "ssl_key_file", "data_checksums", "application_name", "log_destination", "log_directory", "log_filename",
        "logging_collector", "log_statement", "password_encryption", "track_commit_timestamp", "max_worker_processes",
    };

    static readonly HashSet<string> Changing = new(StringComparer.Ordinal)
    {
        "delete", "update", "truncate", "merge", "drop", "alter", "execute", "grant", "revoke", "copy", "reindex", "cluster", "refresh",
        "lo_unlink", "lo_put", "lowrite", "lo_truncate", "dblink_exec",
    };

    static readonly string[] Adding = ["insert", "create"];

    // They take SQL as a string.
    static readonly string[] RunStrings =
        ["execute", "function", "procedure", "schedule", "schedule_in_database", "query_to_xml", "query_to_xml_and_xmlschema"];

    static readonly string[] Comparisons =
        ["=", "<>", "!=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*", "like", "ilike", "in", "not", "is", "similar", "case"];

    // WHERE table_catalog = current_database() is true on every server.
    static readonly string[] CatalogColumns = ["datname", "catalog_name"];

    public bool TellsServersApart => Names.Count > 0;

    /// <summary>Reads a statement of a migration, with the strings that it runs and the routines that it calls.</summary>
    public static ServerTraits Of(LintStatement statement) => Of(statement.Source.Text, statement.Before, 0);

    /// <summary>Reads the bodies only: what a definition does when it is used.</summary>
    public static ServerTraits OfBodies(LintStatement statement)
    {
        var tokens = Tokens(statement.Source.Text);
        var isStandard = tokens.Exists(token => token.Word == "atomic");
        return isStandard ? Of(statement)
            : Join([
                .. Strings(tokens).Select(text => Of(text, statement.Before, 1)), .. Called(tokens, statement.Before, 0)]);
    }

    static ServerTraits Of(string sql, KnownSchema schema, int level)
    {
        var tokens = Tokens(sql);
        var words = tokens.Select(token => token.Word).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var isOneWord = level > 0 && tokens.Count < 2;
        var changes = !isOneWord && words.Overlaps(Changing);
        var own = new ServerTraits(
            [.. Named(tokens, changes).Distinct()], changes || (!isOneWord && Adding.Any(words.Contains)), changes);
        var runs = level < MostLevels
            && (tokens is [{ Word: "do" }, ..] || words.Overlaps(RunStrings) || words.Any(word => IsOf(["dblink"], word)));
        return Join([
            own, .. runs ? Strings(tokens).Select(text => Of(text, schema, level + 1)) : [], .. Called(tokens, schema, level)]);
    }

    static ServerTraits Join(IReadOnlyList<ServerTraits> all) => all.Aggregate(
        None,
        (sum, one) => new([.. sum.Names.Union(one.Names)], sum.Writes || one.Writes, sum.Destroys || one.Destroys));

    static IEnumerable<ServerTraits> Called(List<Piece> tokens, KnownSchema schema, int level) =>
        level >= MostLevels ? [] : tokens.Index()
            .Where(item => item.Item.Word is { } name && schema.Routines.ContainsKey(name) && SymbolAt(tokens, item.Index + 1) == "(")
            .Select(item => item.Item.Word!)
            .Distinct()
            .Select(name => Of(schema.Routines[name].Body, schema, level + 1));

    static IEnumerable<string> Named(List<Piece> tokens, bool changes)
    {
        foreach (var (index, token) in tokens.Index())
        {
            if (token.Word is not { } word)
            {
                continue;
            }

            var isCall = SymbolAt(tokens, index + 1) == "(";
            if ((isCall && (Functions.Contains(word) || IsOf(FamiliesOfFunctions, word))) || Views.Contains(word)
                || (IsOf(FamiliesOfViews, word) && !IsOf(NotTelling, word)))
            {
                yield return isCall ? $"{word}()" : word;
            }
            else if (word == "current_setting" && isCall
                && (StringAt(tokens, index + 2) is not { } setting || SymbolAt(tokens, index + 3) is not (")" or ",")
                    || Settings.Contains(setting)))
            {
                yield return StringAt(tokens, index + 2) is { } known
                    ? $"current_setting('{known}')"
                    : "current_setting() of a computed name";
            }
            else if (word == "show" && index + 1 < tokens.Count && tokens[index + 1].Word is { } shown
                && (Settings.Contains(shown) || shown == "all"))
            {
                yield return $"SHOW {shown}";
            }
            else if (word is "current_database" or "current_catalog" && IsCompared(tokens, index, word, changes))
            {
                yield return word == "current_database" ? "current_database()" : word;
            }
            else if (word == "dbgate" && SymbolAt(tokens, index + 1) == ".")
            {
                yield return "schema dbgate";
            }
            else if (word == "program" && index > 0 && tokens[index - 1].Word is "from" or "to")
            {
                yield return "COPY … PROGRAM";
            }
        }
    }

    static bool IsOf(string[] families, string word) => families.Any(family => word.StartsWith(family, StringComparison.Ordinal));

    // Kept in a variable it may be compared later; format('ALTER DATABASE %I …', current_database()) acts alike everywhere.
    static bool IsCompared(List<Piece> tokens, int index, string word, bool changes)
    {
        var before = index - 1;
        if (SymbolAt(tokens, before) == "." && before > 0)
        {
            before -= 2;
        }

        while (SymbolAt(tokens, before) == "(" && (before == 0 || tokens[before - 1].Word is null or "lower" or "upper" or "in" or "not"))
        {
            before--;
        }

        var after = word == "current_database" ? index + 3 : index + 1;
        while (SymbolAt(tokens, after) is "::" or ")")
        {
            after += SymbolAt(tokens, after) == "::" ? 2 : 1;
        }

        var left = At(tokens, before);
        if (left == "=" && before > 0 && tokens[before - 1].Word is { } column
            && (CatalogColumns.Contains(column) || column.EndsWith("_catalog", StringComparison.Ordinal)))
        {
            return false;
        }

        return Comparisons.Contains(left) || Comparisons.Contains(At(tokens, after))
            || (changes && (left is ":=" or "default" || At(tokens, after) == "into"));
    }

    static string At(List<Piece> tokens, int index) =>
        index >= 0 && index < tokens.Count ? tokens[index].Word ?? tokens[index].Symbol ?? "" : "";

    static string? SymbolAt(List<Piece> tokens, int index) => index >= 0 && index < tokens.Count ? tokens[index].Symbol : null;

    static string? StringAt(List<Piece> tokens, int index) => index >= 0 && index < tokens.Count ? tokens[index].Text : null;

    // 'SELECT inet_' || 'server_addr()' is one string.
    static IEnumerable<string> Strings(List<Piece> tokens)
    {
        string? joined = null;
        foreach (var (index, token) in tokens.Index().Where(item => item.Item.Text is not null))
        {
            var goesOn = SymbolAt(tokens, index - 1) == "||" && StringAt(tokens, index - 2) is not null;
            if (!goesOn && joined is not null)
            {
                yield return joined;
            }

            joined = goesOn ? joined + token.Text : token.Text;
        }

        if (joined is not null)
        {
            yield return joined;
        }
    }

    static List<Piece> Tokens(string sql)
    {
        var pieces = new List<Piece>();
        var lexer = new Lexer(sql);
        while (lexer.Next(out var token))
        {
            if (token.Kind != TokenKind.Comment)
            {
                pieces.Add(Piece.From(token.Kind, token.In(sql)));
            }
        }

        return pieces;
    }

    readonly record struct Piece(string? Word, string? Symbol, string? Text)
    {
        public static Piece From(TokenKind kind, ReadOnlySpan<char> text) => kind switch
        {
            TokenKind.Word => new(text.ToString().ToLowerInvariant(), null, null),
            TokenKind.QuotedIdentifier => new(text[(text.IndexOf('"') + 1)..].TrimEnd('"').ToString(), null, null),
            TokenKind.Operator or TokenKind.Punctuation => new(null, text.ToString(), null),
            TokenKind.PlainString or TokenKind.EscapeString or TokenKind.UnicodeString =>
                new(null, null, Inside(text).Replace("''", "'", StringComparison.Ordinal)),
            TokenKind.DollarString => new(null, null, Dollar(text)),
            _ => default,
        };

        static string Inside(ReadOnlySpan<char> text)
        {
            var rest = text[(text.IndexOf('\'') + 1)..];
            return (rest is [.., '\''] ? rest[..^1] : rest).ToString();
        }

        static string Dollar(ReadOnlySpan<char> text)
        {
            var quote = text[1..].IndexOf('$') + 2;
            return text.Length >= 2 * quote ? text[quote..^quote].ToString() : "";
        }
    }
}
