namespace DbGate.Migrations.Lint.Rules;

/// <summary>Which functions a default may call without being computed row by row. A test compares with <c>pg_proc</c>.</summary>
static class Volatility
{
    public static readonly string[] Stable =
    [
        "now", "transaction_timestamp", "statement_timestamp", "date_trunc", "date_part", "to_char", "to_date", "to_timestamp", "to_number",
        "timezone", "make_date", "make_interval", "age", "lower", "upper", "initcap", "md5", "length", "concat", "concat_ws", "format",
        "replace",
        "repeat", "substr", "substring", "btrim", "ltrim", "rtrim", "lpad", "rpad", "left", "right", "encode", "decode", "array_fill",
        "array_append", "array_cat", "string_to_array", "to_json", "to_jsonb", "jsonb_build_object", "jsonb_build_array",
        "json_build_object",
        "json_build_array", "jsonb_object", "abs", "ceil", "ceiling", "floor", "round", "trunc", "mod", "power", "sqrt", "int4range",
        "numrange",
        "tsrange", "tstzrange", "daterange", "to_tsvector", "to_tsquery", "current_setting", "current_schema", "hashtext",
    ];

    /// <summary>These are written like calls, but are part of the grammar.</summary>
    public static readonly string[] Grammar =
        ["current_timestamp", "localtimestamp", "current_time", "localtime", "current_date", "current_user", "session_user", "trim",
            "interval", "timestamp", "numeric", "varchar", "char"];

    public static readonly string[] Volatile =
        ["nextval", "random", "gen_random_uuid", "clock_timestamp", "timeofday", "setval"];

    public static readonly string[] VolatileInExtensions =
        ["uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_bytes", "uuidv4", "uuidv7", "nanoid", "cuid", "ulid"];
}
