using DbGate.Problems;

namespace DbGate.Postgres;

static partial class PostgresProblems
{
    /// <summary>The server refused user or password, or does not let the user in.</summary>
    public static readonly ProblemCode Credentials = new("DBG0028", "The server refused the credentials", ExitCode.Credentials);

    /// <summary>There is no such host, or it does not answer.</summary>
    public static readonly ProblemCode NoServer = new("DBG0029", "The server cannot be reached", ExitCode.Environment);

    /// <summary>No connection in time.</summary>
    public static readonly ProblemCode ConnectTimeout = new("DBG0030", "The connection timed out", ExitCode.Environment);

    /// <summary>The server has no database of that name.</summary>
    public static readonly ProblemCode NoDatabase = new("DBG0031", "The database does not exist", ExitCode.Blocked);

    /// <summary>No connection is left.</summary>
    public static readonly ProblemCode NoConnectionLeft = new("DBG0032", "Too many connections", ExitCode.Environment);

    /// <summary>Encryption is demanded by one side and refused by the other.</summary>
    public static readonly ProblemCode NoTls = new("DBG0033", "Encryption is required but not available", ExitCode.Blocked);

    /// <summary>The server's certificate does not hold, or a certificate file cannot be read.</summary>
    public static readonly ProblemCode Certificate = new("DBG0034", "The server's certificate is not valid", ExitCode.Blocked);

    /// <summary>The server starts up, shuts down, or recovers.</summary>
    public static readonly ProblemCode ServerNotReady = new("DBG0035", "The server is not ready", ExitCode.Environment);

    /// <summary>The connection broke while it was used.</summary>
    public static readonly ProblemCode LostConnection = new("DBG0036", "The connection was lost", ExitCode.Environment);

    /// <summary>A statement took longer than it may.</summary>
    public static readonly ProblemCode CommandTimeout = new("DBG0037", "The statement timed out", ExitCode.Environment);

    /// <summary>A file with a secret could not be made, or a client's certificate not be read.</summary>
    public static readonly ProblemCode SecretFiles = new("DBG0046", "A secret file could not be written", ExitCode.Environment);

    internal static GateException CredentialsRefused(PostgresUrl url, string cause, Exception fault) =>
        new(new(Credentials, $"{Place(url)} refused user {url.User}")
    {
        Cause = cause,
        State = DatabaseState.Untouched,
        Fix = $"correct user and password in {url.Source} (percent-encoded), or let the user in: pg_hba.conf, or the host's list of "
            + "allowed addresses",
    }, fault);

    internal static GateException UnknownHost(PostgresUrl url, Exception fault) => new(new(NoServer, $"host {url.Host} is not known")
    {
        Cause = $"the name in {url.Source} cannot be resolved from this machine",
        State = DatabaseState.NotContacted,
        Fix = $"correct the host in {url.Source}; a private name needs the network (VPN, runner) that knows it",
    }, fault);

    internal static GateException Unreachable(PostgresUrl url, string cause, Exception fault) =>
        new(new(NoServer, $"{Place(url)} cannot be reached")
    {
        Cause = cause,
        State = DatabaseState.NotContacted,
        Fix = new($"Check that the server runs and accepts this machine; the address is in {url.Source}", Ready(url)),
    }, fault);

    internal static GateException ConnectTimedOut(PostgresUrl url, Exception fault) =>
        new(new(ConnectTimeout, $"{Place(url)} gave no connection in time")
    {
        Cause = "a firewall that drops packets, a host that sleeps, or a server under load",
        State = DatabaseState.Untouched,
        Fix = new($"Try again, or raise connect_timeout in {url.Source}", Ready(url)),
    }, fault);

    internal static GateException DatabaseAbsent(PostgresUrl url, string cause, Exception fault) =>
        new(new(NoDatabase, $"{Place(url)} has no database {url.Database}")
    {
        Cause = $"{cause}; `prisma migrate deploy` would create it silently and succeed",
        State = DatabaseState.Untouched,
        Fix = $"Correct the database's name in {url.Source}, or create the database {url.Database}",
    }, fault);

    internal static GateException TooManyConnections(PostgresUrl url, string cause, Exception fault) =>
        new(new(NoConnectionLeft, $"{Place(url)} has no connection left")
    {
        Cause = cause,
        State = DatabaseState.Untouched,
        Fix = new(
            "Lower connection_limit of the applications, or end idle sessions",
            FixCommand.Sql("select pid, application_name, state from pg_stat_activity")),
    }, fault);

    internal static GateException TlsRefused(PostgresUrl url, Exception fault) => new(new(NoTls, $"{Place(url)} offers no encryption")
    {
        Cause = $"TLS is demanded (by sslmode in {url.Source}, or because it is production) and the server has none",
        State = DatabaseState.Untouched,
        Fix = "switch TLS on in the server (ssl = on), or connect to the endpoint that has it",
    }, fault);

    internal static GateException NotAdmitted(PostgresUrl url, string cause, Exception fault) =>
        new(new(NoTls, $"{Place(url)} accepts no connection without encryption")
    {
        Cause = cause,
        State = DatabaseState.Untouched,
        Fix = $"set sslmode=require in {url.Source}",
    }, fault);

    internal static GateException CertificateRefused(PostgresUrl url, Exception fault) =>
        new(new(Certificate, $"the certificate of {Place(url)} is not valid")
    {
        Cause = fault.Message,
        State = DatabaseState.Untouched,
        Fix = $"name the issuing authority's file by sslcert (Prisma) or sslrootcert in {url.Source}, and connect by a name that stands "
            + "in the certificate",
    }, fault);

    internal static GateException CertificateUnreadable(PostgresUrl url, Exception fault) =>
        new(new(Certificate, $"a certificate file named in {url.Source} cannot be read")
    {
        Cause = fault.Message,
        State = DatabaseState.NotContacted,
        Fix = "see that sslcert, sslrootcert and sslidentity name existing files (PEM, PEM, PKCS 12), and that sslpassword opens the last",
    }, fault);

    internal static GateException NotReady(PostgresUrl url, string cause, Exception fault) =>
        new(new(ServerNotReady, $"{Place(url)} is not ready")
    {
        Cause = cause,
        State = DatabaseState.Untouched,
        Fix = new("Try again when the server accepts connections", Ready(url)),
    }, fault);

    // Time limits of the role or the database that end a session: https://www.postgresql.org/docs/current/errcodes-appendix.html
    static string? LimitOf(Exception fault) => (fault as Npgsql.PostgresException)?.SqlState switch
    {
        "25P03" => "idle_in_transaction_session_timeout",
        "25P04" => "transaction_timeout",
        "57P05" => "idle_session_timeout",
        _ => null,
    };

    internal static GateException ConnectionLost(PostgresUrl url, Exception fault) =>
        LimitOf(fault) is { } limit ? SessionEnded(url, limit, fault) : Broken(url, fault);

    static GateException SessionEnded(PostgresUrl url, string limit, Exception fault) =>
        new(new(LostConnection, $"{limit} ended the session with {Place(url)}")
    {
        Cause = $"{fault.Message}; the role, the database or the server sets this limit",
        State = "an open transaction was rolled back",
        Fix = new(
            $"Raise or remove {limit} for the role of this URL, then run the task again",
            FixCommand.Sql(
                "select coalesce(r.rolname, 'every role') as role, coalesce(d.datname, 'every database') as database, s.setconfig "
                + "from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase"),
            FixCommand.Sql($"show {limit}")),
    }, fault);

    static GateException Broken(PostgresUrl url, Exception fault) => new(new(LostConnection, $"the connection to {Place(url)} broke")
    {
        Cause = fault.InnerException?.Message ?? fault.Message,
        State = "the statement that ran may or may not have been done; an open transaction was rolled back",
        Fix = "run the task again: it reads what the database's state is",
    }, fault);

    internal static GateException CommandTimedOut(PostgresUrl url, TimeSpan limit, string sql, Exception fault) =>
        new(new(CommandTimeout, $"a statement took longer than {limit.TotalSeconds:0.#} s at {Place(url)}")
    {
        Cause = $"it was cancelled: {FirstWords(sql)}",
        State = "the statement was cancelled; an open transaction was rolled back",
        Fix = new(
            "Find out which session blocks it",
            FixCommand.Sql(
                "select pid, pg_blocking_pids(pid), state, query from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0")),
    }, fault);

    internal static GateException SecretFile(PostgresUrl url, Exception fault) =>
        new(new(SecretFiles, $"the password file for {Place(url)} could not be made")
    {
        Cause = fault.Message,
        State = DatabaseState.NotContacted,
        Fix = $"see that the temporary folder can be written ({Path.GetTempPath()}), and that sslidentity in {url.Source}, where given, "
            + "can be read",
    }, fault);

    static string Place(PostgresUrl url) => url.IsUnixSocket ? $"{url.Host} (socket, port {url.Port})" : $"{url.Host}:{url.Port}";

    static string FirstWords(string sql)
    {
        var line = string.Join(' ', sql.Split((char[]?)null, 13, StringSplitOptions.RemoveEmptyEntries).Take(12));
        return line.Length <= 120 ? line : $"{line[..120]}…";
    }

    static ProgramCommand Ready(PostgresUrl url) => FixCommand.Run("pg_isready", "-h", url.Host, "-p", $"{url.Port}");
}
