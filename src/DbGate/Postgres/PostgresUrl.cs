using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using DbGate.Problems;

namespace DbGate.Postgres;

/// <summary>
/// A connection URL as Prisma and libpq write it, parsed once into parts. What it prints (as text, in the debugger, as JSON) never holds
/// the password; <see cref="Reveal"/> is the one way to the whole URL.
/// </summary>
[DebuggerDisplay("{Redacted,nq}")]
[JsonConverter(typeof(RedactedUrlConverter))]
public sealed record PostgresUrl
{
    /// <summary>The port of a URL that names none.</summary>
    public const int DefaultPort = 5432;

    /// <summary>The environment setting or option that the URL came from, e.g. <c>DATABASE_URL_PROD in .env.production</c>.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// DNS name, IP address without brackets, or the folder of a Unix socket. <c>?host=</c> has already overridden the authority.
    /// </summary>
    public required string Host { get; init; }

    /// <summary>1 to 65535; also names the socket's file.</summary>
    public required int Port { get; init; }

    /// <summary>The database's name, decoded.</summary>
    public required string Database { get; init; }

    /// <summary>The role to log in as, decoded.</summary>
    public required string User { get; init; }

    /// <summary>The password, decoded; null when the URL has none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Password { get; init; }

    /// <summary>
    /// All parameters behind the question mark, decoded, in their order, without <c>host</c>. May hold <c>sslpassword</c>: do not print.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ImmutableArray<KeyValuePair<string, string>> Parameters { get; init; } = [];

    /// <summary>Further spellings of the password that was in the setting's text.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ImmutableArray<string> Written { get; init; } = [];

    /// <summary>The setting holds a connection string of .NET, which no program but those of .NET can read.</summary>
    internal bool IsFromConnectionString { get; init; }

    /// <summary>Prisma's schema; <c>public</c> when the URL names none.</summary>
    public string Schema => Parameter("schema") ?? "public";

    /// <summary>
    /// <c>sslmode</c>; null when the URL has none, which libpq, Npgsql and Prisma take as <see cref="Postgres.SslMode.Prefer"/>.
    /// </summary>
    internal SslMode? SslMode => UrlParameters.SslModes.TryGetValue(Parameter("sslmode") ?? "", out var mode) ? mode : null;

    /// <summary>Prisma's <c>sslaccept</c>; null when the URL has none.</summary>
    internal SslAccept? SslAccept => UrlParameters.SslAccepts.TryGetValue(Parameter("sslaccept") ?? "", out var accept) ? accept : null;

    /// <summary>
    /// The authority that must have issued the server's certificate: <c>sslrootcert</c>, or Prisma's <c>sslcert</c> (which in libpq, told
    /// by <c>sslkey</c> next to it, is the client's certificate). <c>system</c> means the machine's authorities.
    /// </summary>
    public string? RootCertificate => Parameter("sslrootcert") ?? (Parameter("sslkey") is null ? Parameter("sslcert") : null);

    /// <summary>The client's certificate in PEM, as libpq's <c>sslcert</c> with <see cref="ClientKey"/>.</summary>
    public string? ClientCertificate => Parameter("sslkey") is null ? null : Parameter("sslcert");

    /// <summary>The client's key in PEM (<c>sslkey</c>).</summary>
    public string? ClientKey => Parameter("sslkey");

    /// <summary>The client's certificate and key in PKCS 12 (Prisma's <c>sslidentity</c>).</summary>
    public string? ClientIdentity => Parameter("sslidentity");

    /// <summary>What opens <see cref="ClientIdentity"/> or <see cref="ClientKey"/>.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ClientIdentityPassword => Parameter("sslpassword");

    /// <summary>How long to wait for a new connection; zero = forever.</summary>
    public TimeSpan? ConnectTimeout => Seconds("connect_timeout");

    /// <summary>The URL states that a PgBouncer is before the server.</summary>
    public bool PgBouncer => Parameter("pgbouncer") == "true";

    /// <summary>Command-line options for the backend, e.g. <c>-c search_path=app</c>, or Neon's <c>endpoint=…</c>.</summary>
    public string? Options => Parameter("options");

    /// <summary><c>disable</c>, <c>prefer</c> or <c>require</c>.</summary>
    public string? ChannelBinding => Parameter("channel_binding");

    /// <summary>What the application calls itself in <c>pg_stat_activity</c>.</summary>
    public string? ApplicationName => Parameter("application_name");

    /// <summary><see cref="Host"/> is the folder of a Unix socket.</summary>
    public bool IsUnixSocket => Host.StartsWith('/');

    /// <summary>The server runs on this machine: a Unix socket, <c>localhost</c>, or a loopback address.</summary>
    public bool IsLocal =>
        IsUnixSocket
            || Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// The value of <c>sslmode</c> that Prisma's connector would silently read as <c>prefer</c>, which allows plain text; null when it
    /// reads it as written. Prisma knows <c>disable</c>, <c>prefer</c> and <c>require</c> only.
    /// </summary>
    public string? SslModeWeakenedByPrisma =>
        SslMode is Postgres.SslMode.Allow or Postgres.SslMode.VerifyCa or Postgres.SslMode.VerifyFull ? Parameter("sslmode") : null;

    /// <summary>Without the password: what may be shown.</summary>
    public string Redacted => Compose(user => Password is null ? user : $"{user}:***", UrlParameters.Redact);

    /// <summary>
    /// Every spelling under which the URL's secrets can turn up in another program's output; longest first, for scrubbing and masking.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<string> Secrets => UrlSecrets.From(this);

    /// <summary>Reads a URL, or a connection string of Npgsql (<c>Host=…;Database=…</c>).</summary>
    /// <param name="text">The setting's value.</param>
    /// <param name="source">Where the value came from; it is in errors and in <see cref="Source"/>.</param>
    /// <exception cref="GateException">The URL is refused (DBG0020 to DBG0027); no part of it that could be a secret is in the
    /// problem.</exception>
    public static PostgresUrl Parse(string text, string source = "the URL") => UrlParser.Parse(text, source);

    /// <summary>The text is a connection string as .NET has them, and not a URL.</summary>
    internal static bool IsConnectionString(string text) => ConnectionStringParser.IsConnectionString(text);

    /// <summary>The same address for a program of .NET, as a connection string with its password.</summary>
    internal string ToConnectionString() => NpgsqlSource.ConnectionString(this);

    /// <summary>The same server and role, another database.</summary>
    public PostgresUrl WithDatabase(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return this with { Database = name };
    }

    /// <summary>The same database, another role.</summary>
    internal PostgresUrl WithCredentials(string user, string password) => this with { User = user, Password = password };

    /// <summary>The same URL with one parameter set, or removed when <paramref name="value"/> is null.</summary>
    public PostgresUrl WithParameter(string key, string? value)
    {
        var others = Parameters.Where(parameter => parameter.Key != key);
        return this with { Parameters = value is null ? [.. others] : [.. others, new(key, value)] };
    }

    /// <summary>The same URL with a setting of the server that every session of it begins with (<c>options=-c name=value</c>).</summary>
    internal PostgresUrl WithServerSetting(string name, string value)
    {
        var escaped = string.Concat(value.Select(c => c == '\\' || char.IsWhiteSpace(c) ? $"\\{c}" : c.ToString()));
        return WithParameter("options", $"{(string.IsNullOrEmpty(Options) ? "" : Options + " ")}-c {name}={escaped}");
    }

    /// <summary>The value of one parameter; null when the URL does not have it.</summary>
    public string? Parameter(string key)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Key == key)
            {
                return parameter.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// The whole URL with its password, for the environment of a child process that wants a URL. Never for a log, a report or argv.
    /// </summary>
    public string Reveal() =>
        Compose(user => Password is null ? user : $"{user}:{Uri.EscapeDataString(Password)}", parameter => parameter.Value);

    /// <inheritdoc/>
    public override string ToString() => Redacted;

    /// <summary>Equal when they lead to the same place with the same credentials, wherever the setting came from.</summary>
    public bool Equals(PostgresUrl? other) => other is not null && Reveal() == other.Reveal();

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Reveal(), StringComparison.Ordinal);

    // The compiler's own would print every property.
    bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Redacted);
        return true;
    }

    string Compose(Func<string, string> userInfo, Func<KeyValuePair<string, string>, string> shown)
    {
        var authority = IsUnixSocket ? "localhost" : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var query = Parameters.AddRange(IsUnixSocket ? ImmutableArray.Create(KeyValuePair.Create("host", Host)) : [])
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Escape(shown(parameter))}");
        var joined = string.Join('&', query);

        return $"postgresql://{userInfo(Uri.EscapeDataString(User))}@{authority}:{Port}/{Uri.EscapeDataString(Database)}"
            + $"{(joined.Length > 0 ? "?" : "")}{joined}";
    }

    static string Escape(string value) => value == UrlParameters.Hidden ? value : Uri.EscapeDataString(value);

    int? Number(string key) => Parameter(key) is { } text ? int.Parse(text) : null;

    TimeSpan? Seconds(string key) => Number(key) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
