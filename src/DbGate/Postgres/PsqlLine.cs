using System.Text.RegularExpressions;

namespace DbGate.Postgres;

/// <summary>
/// How a person starts <c>psql</c> on the target from a POSIX shell, so that the line works as it stands. libpq refuses the parameters that
/// only Prisma knows; a URL with such is cut at its query, and what libpq understands of that is written behind again. No secret is among it.
/// </summary>
static partial class PsqlLine
{
    static readonly string[] OnlyPrismas =
    [
        "schema", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size", "pgbouncer", "sslaccept", "sslidentity", "sslcert",
        "single_use_connections", "max_connection_lifetime", "max_idle_connection_lifetime", "workaround", "uselibpqcompat",
    ];

    /// <summary>The program with its database, for example <c>psql "$DIRECT_URL"</c>.</summary>
    public static string Of(PostgresUrl url)
    {
        if (!OnlyPrismas.Any(key => url.Parameter(key) is not null))
        {
            return $"psql \"${Variable(url)}\"";
        }

        (string Key, string? Value)[] kept =
        [
            ("host", url.Parameter("host")), ("sslmode", url.SslMode is null ? null : url.Parameter("sslmode")), ("sslrootcert", url.RootCertificate),
            ("connect_timeout", url.Parameter("connect_timeout")), ("channel_binding", url.ChannelBinding),
        ];
        var query = string.Join('&', kept.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!)}"));
        return $"psql \"${{{Variable(url)}%%\\?*}}{(query.Length > 0 ? "?" : "")}{query}\"";
    }

    /// <summary>The same, with one statement to run.</summary>
    public static string Of(PostgresUrl url, string sql) => $"{Of(url)} -c \"{Special().Replace(sql, @"\$0")}\"";

    /// <summary>Of "variable DIRECT_URL" and "DATABASE_URL in .env:3" the name.</summary>
    public static string Variable(PostgresUrl url) => url.Source.Split(' ') is ["variable", var name, ..] ? name : url.Source.Split(' ')[0];

    [GeneratedRegex("[\"\\\\$`]")]
    private static partial Regex Special();
}
