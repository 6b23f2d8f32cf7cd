using DbGate.Problems;

namespace DbGate.Postgres;

/// <summary>
/// How a person starts <c>psql</c> on a target. libpq refuses the parameters that only Prisma knows; a URL with such is cut at its query,
/// and what libpq understands of that is appended again. A URL of a <c>.env</c> file is read from there. A connection string of .NET, which
/// psql cannot read, is written as a URL without its password. No secret is among it.
/// </summary>
static class PsqlLine
{
    static readonly string[] OnlyPrismas =
    [
        "schema", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size", "pgbouncer", "sslaccept", "sslidentity",
        "sslcert",
        "single_use_connections", "max_connection_lifetime", "max_idle_connection_lifetime", "workaround", "uselibpqcompat",
    ];

    /// <summary>The program with its database, for example <c>psql "$DIRECT_URL"</c>, and further arguments.</summary>
    public static ProgramCommand From(PostgresUrl url, params IEnumerable<CommandArgument> arguments) =>
        FixCommand.Run("psql", [Address(url), .. arguments]) with { ReadFrom = url.IsFromConnectionString ? null : File(url) };

    /// <summary>The same, with one statement to run.</summary>
    public static ProgramCommand From(PostgresUrl url, string sql) => From(url, "-c", sql);

    /// <summary>Of "variable DIRECT_URL" and "DATABASE_URL in .env:3" the name.</summary>
    public static string Variable(PostgresUrl url) => url.Source.Split(' ') is ["variable", var name, ..] ? name : url.Source.Split(' ')[0];

    /// <summary>Of "DATABASE_URL in .env:3" the file; null for a variable of the process.</summary>
    public static VariableFile? File(PostgresUrl url) =>
        url.Source.Split(' ') is [var name, "in", var place] && place.LastIndexOf(':') is > 0 and var colon
            ? new VariableFile(name, place[..colon])
            : null;

    static CommandArgument Address(PostgresUrl url)
    {
        if (url.IsFromConnectionString)
        {
            var kept = url.Parameters
                .Where(one => one.Key == "sslcert" || !(one.Key == "sslpassword" || OnlyPrismas.Contains(one.Key)));
            return (url with { Password = null, Parameters = [.. kept] }).Reveal();
        }

        var variable = CommandArgument.Variable(Variable(url));
        if (!OnlyPrismas.Any(key => url.Parameter(key) is not null))
        {
            return variable;
        }

        (string Key, string? Value)[] understood =
        [
            ("host", url.Parameter("host")), ("sslmode", url.SslMode is null ? null : url.Parameter("sslmode")),
            ("sslrootcert", url.RootCertificate),
            ("connect_timeout", url.Parameter("connect_timeout")), ("channel_binding", url.ChannelBinding),
        ];
        return variable with
        {
            ReplacedQuery = string.Join(
                '&',
                understood.Where(one => !string.IsNullOrEmpty(one.Value))
                    .Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!)}")),
        };
    }
}
