using DbGate.Problems;

namespace DbGate.Postgres;

/// <summary>What can be wrong with a connection URL, a connection, or the client tools. Codes from DBG0020 on.</summary>
static partial class PostgresProblems
{
    /// <summary>A URL that is empty or of another shape.</summary>
    public static readonly ProblemCode MalformedUrl = new("DBG0020", "The connection URL cannot be read", ExitCode.Usage);

    /// <summary>A URL of another database or of none.</summary>
    public static readonly ProblemCode OtherScheme = new("DBG0021", "The connection URL is not for PostgreSQL", ExitCode.Usage);

    /// <summary>A URL that leads to Prisma's proxy and not to a database.</summary>
    public static readonly ProblemCode PrismaProxy = new("DBG0022", "The connection URL points to Prisma's proxy", ExitCode.Usage);

    /// <summary>A URL with more than one server.</summary>
    public static readonly ProblemCode SeveralHosts = new("DBG0023", "The connection URL names several hosts", ExitCode.Usage);

    /// <summary>A URL that programs would read in different ways.</summary>
    public static readonly ProblemCode AmbiguousUrl = new("DBG0024", "The connection URL is ambiguous", ExitCode.Usage);

    /// <summary>Reserved characters or broken escapes in a URL.</summary>
    public static readonly ProblemCode UrlEncoding = new("DBG0025", "The connection URL is not percent-encoded correctly", ExitCode.Usage);

    /// <summary>A part without which there is no connection.</summary>
    public static readonly ProblemCode IncompleteUrl = new("DBG0026", "The connection URL is incomplete", ExitCode.Usage);

    /// <summary>A parameter that does not hold what it must.</summary>
    public static readonly ProblemCode UrlParameterValue = new("DBG0027", "The connection URL has an invalid parameter", ExitCode.Usage);

    internal static GateException UrlEmpty(string source) => new(new(MalformedUrl, $"{source} is empty")
    {
        Cause = "a connection URL was expected",
        State = DatabaseState.NotContacted,
        Fix = $"set {source} to postgresql://USER:PASSWORD@HOST:5432/DATABASE",
    });

    internal static GateException UrlHost(string source) =>
        new(new(MalformedUrl, $"the host in {source} is neither a name, an address, nor a socket's folder")
    {
        Cause = "an IPv6 address stands in brackets; reserved characters in a password are percent-encoded",
        State = DatabaseState.NotContacted,
        Fix = $"write {source} as postgresql://USER:PASSWORD@HOST:5432/DATABASE",
    });

    internal static GateException UrlPort(string source) => new(new(MalformedUrl, $"the port in {source} is no number between 1 and 65535")
    {
        Cause = "what stands between the host's colon and the slash is no port; a '/' or '?' in a password is percent-encoded (%2F, %3F)",
        State = DatabaseState.NotContacted,
        Fix = $"write {source} as postgresql://USER:PASSWORD@HOST:5432/DATABASE",
    });

    internal static GateException UrlScheme(string source, string? scheme) => new(new(OtherScheme, scheme is null
        ? $"{source} does not begin with postgresql://"
        : $"{source} begins with {scheme}:")
    {
        Cause = "DbGate gates PostgreSQL databases only",
        State = DatabaseState.NotContacted,
        Fix = $"set {source} to postgresql://USER:PASSWORD@HOST:5432/DATABASE or {ConnectionStringShape}, without quotes around it",
    });

    internal static GateException UrlPrismaProxy(string source, string scheme) =>
        new(new(PrismaProxy, $"{source} begins with {scheme}://, which is Prisma's proxy")
    {
        Cause = "locks, dumps and migrations need the database itself; the proxy passes on only Prisma's own queries",
        State = DatabaseState.NotContacted,
        Fix = $"give the direct postgresql:// URL: DIRECT_URL beside the proxy's, or in {source}",
    });

    internal static GateException UrlSeveralHosts(string source) => new(new(SeveralHosts, $"{source} names several hosts")
    {
        Cause = "a gate must know which server it backs up and migrates; with several it could be another one at every step",
        State = DatabaseState.NotContacted,
        Fix = $"name the primary alone in {source}",
    });

    internal static GateException UrlDuplicateKey(string source, string key) => new(new(AmbiguousUrl, $"{source} has {key} twice")
    {
        Cause = "one program takes the first, another the last",
        State = DatabaseState.NotContacted,
        Fix = $"keep one of them in {source}",
    });

    internal static GateException UrlAmbiguousKey(string source, string key) => new(new(AmbiguousUrl, $"{source} has the parameter {key}")
    {
        Cause = "libpq (pg_dump, psql) obeys it and Prisma does not: the backup and the migration would meet different databases",
        State = DatabaseState.NotContacted,
        Fix = $"write it before the question mark: postgresql://USER:PASSWORD@HOST:PORT/DATABASE, and remove {key} from {source}",
    });

    internal static GateException UrlNotEncoded(string source) =>
        new(new(UrlEncoding, $"{source} holds a reserved character that is not percent-encoded")
    {
        Cause = "one of / ? # @ & = stands where it would end the user, the password or the database's name too early",
        State = DatabaseState.NotContacted,
        Fix = $"percent-encode user, password and database in {source}: node -p 'encodeURIComponent(process.argv[1])' PART",
    });

    internal static GateException UrlPercentEncoding(string source) => new(new(UrlEncoding, $"{source} holds an invalid percent escape")
    {
        Cause = "a '%' is followed by two hexadecimal digits, and the bytes are UTF-8; a '%' that is meant itself is written %25",
        State = DatabaseState.NotContacted,
        Fix = $"percent-encode user, password and database in {source}: node -p 'encodeURIComponent(process.argv[1])' PART",
    });

    internal static GateException UrlControlCharacters(string source) =>
        new(new(UrlEncoding, $"{source} holds control characters, or white space around it")
    {
        Cause = "a line break or a tab is most likely left over from copying",
        State = DatabaseState.NotContacted,
        Fix = $"write {source} on one line, without white space",
    });

    internal static GateException UrlPartMissing(string source, string part, string shape) =>
        new(new(IncompleteUrl, $"{source} names no {part}")
    {
        Cause = $"the URL has no {part}, and a default could be another database than you mean; an unencoded '/', '?' or '@' hides it too",
        State = DatabaseState.NotContacted,
        Fix = $"write {source} as {shape}",
    });

    internal static GateException UrlParameter(string source, string key, string demand) =>
        new(new(UrlParameterValue, $"{key} in {source} must be {demand}")
    {
        Cause = $"the value of {key} is something else; Prisma may silently fall back to a weaker default",
        State = DatabaseState.NotContacted,
        Fix = $"correct {key} in {source}",
    });
}
