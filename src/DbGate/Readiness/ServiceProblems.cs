using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Readiness;

/// <summary>What can be wrong with the service that answers <c>/ready</c>, and with a request to it.</summary>
static class ServiceProblems
{
    static readonly ProblemCode ClosedCode = new("DBG0610", "Admin access is not configured", ExitCode.Usage);
    static readonly ProblemCode RefusedCode = new("DBG0611", "Admin needs a token or a client certificate", ExitCode.Credentials);
    static readonly ProblemCode TooManyCode = new("DBG0612", "Too many requests to admin", ExitCode.Environment);
    static readonly ProblemCode TimeOutCode = new("DBG0613", "The check did not end in time", ExitCode.Environment);
    static readonly ProblemCode WeakTokenCode = new("DBG0614", "The admin token is too short", ExitCode.Usage);
    static readonly ProblemCode AddressCode = new("DBG0615", "The service cannot listen at its address", ExitCode.Usage);
    static readonly ProblemCode CertificateCode = new("DBG0616", "The service's certificate cannot be used", ExitCode.Usage);
    static readonly ProblemCode UnavailableCode = new("DBG0617", "The database could not be read", ExitCode.Environment);

    const string Reads = "nothing was written: the service only reads";

    /// <summary>DBG0610.</summary>
    public static Problem Closed { get; } =
        new(ClosedCode, "Admin is closed, because neither a token nor an authority is set") { State = Reads,
            Fix = "set DBGATE_ADMIN_TOKEN=$(openssl rand -hex 32) where the service runs" };

    /// <summary>DBG0611.</summary>
    public static Problem Refused { get; } =
        new(RefusedCode, RefusedCode.Title) { State = Reads, Fix = "curl -H \"Authorization: Bearer $DBGATE_ADMIN_TOKEN\" …" };

    /// <summary>DBG0612.</summary>
    public static Problem TooMany { get; } =
        new(TooManyCode, TooManyCode.Title) { State = Reads, Fix = "wait as long as Retry-After says" };

    /// <summary>DBG0617: what is told outside; the reason is in the service's log.</summary>
    public static Problem Unavailable { get; } =
        new(UnavailableCode, UnavailableCode.Title) { State = Reads,
            Fix = new("Look at the log of the service, or read the statistics", FixCommand.Gate("stats")) };

    /// <summary>DBG0613.</summary>
    /// <param name="check">The check's name.</param>
    /// <param name="limit">How long it may take.</param>
    public static Problem TimeOut(string check, TimeSpan limit) =>
        new(TimeOutCode, $"{check} did not end within {limit.TotalSeconds:0.#} s")
        {
            Cause = "the database, or the store of the backups, hangs or is slow",
            State = Reads,
            Fix = new(
                "Look at what it waits for; where it only needs longer, set DBGATE_SERVICE_CHECK_TIMEOUT=5s",
                FixCommand.Gate("production-safety")),
        };

    /// <summary>DBG0580: a file of the commit holds the token, so its author could open <c>/admin</c>.</summary>
    public static Problem TokenOfCommit(string variable, SourceLocation? location) =>
        RuleProblems.NotOfCommit(ServiceSettings.AdminToken, variable, location);

    /// <summary>DBG0614.</summary>
    /// <param name="variable">Where the token was read.</param>
    /// <param name="least">The fewest characters.</param>
    public static Problem WeakToken(string variable, int least) =>
        new(WeakTokenCode, $"the admin token in {variable} is shorter than {least} characters")
        {
            State = DatabaseState.NotContacted,
            Fix = "set DBGATE_ADMIN_TOKEN=$(openssl rand -hex 32)",
        };

    /// <summary>DBG0615.</summary>
    /// <param name="address">As set.</param>
    /// <param name="why">What is wrong with it.</param>
    public static Problem Address(string address, string why) =>
        new(AddressCode, $"the service cannot listen at {address}: {why}")
        {
            State = DatabaseState.NotContacted,
            Fix = "name a free one, as in DBGATE_SERVICE_ADDRESS=http://127.0.0.1:8632",
        };

    /// <summary>DBG0616.</summary>
    /// <param name="setting">The setting that names the file.</param>
    /// <param name="why">What is wrong with it.</param>
    public static Problem Certificate(string setting, string why) =>
        new(CertificateCode, $"{setting}: {why}")
        {
            State = DatabaseState.NotContacted,
            Fix = "name PEM files: DBGATE_SERVICE_CERTIFICATE, DBGATE_SERVICE_CERTIFICATE_KEY, DBGATE_SERVICE_CLIENT_AUTHORITY",
        };
}
