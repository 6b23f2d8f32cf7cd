using System.Collections.Frozen;
using System.Globalization;

namespace DbGate.Postgres;

/// <summary>The parameters of a connection URL: who knows them, what they may hold, what may be shown.</summary>
static class UrlParameters
{
    public const string Hidden = "***";

    public static readonly FrozenDictionary<string, SslMode> SslModes = new Dictionary<string, SslMode>
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCa,
        ["verify-full"] = SslMode.VerifyFull,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, SslAccept> SslAccepts = new Dictionary<string, SslAccept>
    {
        ["strict"] = SslAccept.Strict,
        ["accept_invalid_certs"] = SslAccept.AcceptInvalidCerts,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // libpq obeys these and Prisma does not: such a URL would lead the application and its migrations to different places.
    static readonly FrozenSet<string> Ambiguous =
        FrozenSet.Create(StringComparer.Ordinal, "user", "password", "dbname", "port", "hostaddr", "service", "servicefile", "passfile");

    static readonly FrozenSet<string> Numbers =
        FrozenSet.Create(
            StringComparer.Ordinal, "connection_limit", "pool_timeout", "connect_timeout", "socket_timeout", "statement_cache_size");

    static readonly FrozenSet<string> Files = FrozenSet.Create(StringComparer.Ordinal, "sslcert", "sslrootcert", "sslkey", "sslidentity");

    // Shown as they are: no secret belongs into them. Everything else is hidden, for no one knows what an unknown key holds.
    static readonly FrozenSet<string> Shown =
    [
        .. Numbers, .. Files, "host", "schema", "sslmode", "sslaccept", "pgbouncer", "channel_binding", "application_name",
    ];

    static readonly FrozenSet<string> Known =
    [
        .. Shown, "sslpassword", "options",

        // Prisma
        "single_use_connections", "max_connection_lifetime", "max_idle_connection_lifetime",

        // libpq
        "client_encoding", "fallback_application_name", "gssencmode", "gssdelegation", "gsslib", "keepalives", "keepalives_count",
        "keepalives_idle", "keepalives_interval", "krbsrvname", "load_balance_hosts", "max_protocol_version", "min_protocol_version",
        "replication", "require_auth", "requirepeer", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcertmode",
        "sslcompression", "sslcrl", "sslcrldir", "sslnegotiation", "sslsni", "target_session_attrs", "tcp_user_timeout",

        // node-postgres and Supabase's pooler
        "ssl", "uselibpqcompat", "workaround",
    ];

    public static bool IsKnown(string key) => Known.Contains(key);

    public static bool IsAmbiguous(string key) => Ambiguous.Contains(key);

    public static string Redact(KeyValuePair<string, string> parameter) => Shown.Contains(parameter.Key) ? parameter.Value : Hidden;

    /// <summary>What the value of a parameter must be, when it is not that; null when it is well.</summary>
    public static string? Demand(string key, string value) => key switch
    {
        "sslmode" when !SslModes.ContainsKey(value) => $"one of {string.Join(", ", SslModes.Keys.Order(StringComparer.Ordinal))}",
        "sslaccept" when !SslAccepts.ContainsKey(value) => "strict or accept_invalid_certs",
        "pgbouncer" when value is not ("true" or "false") => "true or false",
        "channel_binding" when value is not ("disable" or "prefer" or "require") => "disable, prefer or require",
        "connection_limit" when !IsNumber(value) || value.All(digit => digit == '0') => "a whole number of at least 1",
        "schema" when value.Length == 0 => "the name of a schema",
        _ when Numbers.Contains(key) && !IsNumber(value) => "a whole number, 0 or more",
        _ => null,
    };

    static bool IsNumber(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
