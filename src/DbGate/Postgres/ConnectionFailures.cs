using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using DbGate.Problems;
using DbGate.Processes;
using Npgsql;

namespace DbGate.Postgres;

/// <summary>Why there is no connection, in a person's words.</summary>
static class ConnectionFailures
{
    public static GateException Explain(PostgresUrl url, Exception fault) => fault switch
    {
        PostgresException refused => Explain(url, refused),
        OperationCanceledException or TimeoutException => PostgresProblems.ConnectTimedOut(url, fault),
        NpgsqlException { InnerException: TimeoutException or OperationCanceledException } => PostgresProblems.ConnectTimedOut(url, fault),
        _ when Find<AuthenticationException>(fault) is { } invalid => PostgresProblems.CertificateRefused(url, invalid),
        _ when Find<CryptographicException>(fault) is { } unreadable => PostgresProblems.CertificateUnreadable(url, unreadable),
        _ when Find<FileNotFoundException>(fault) is { } missing => PostgresProblems.CertificateUnreadable(url, missing),
        _ when Find<DirectoryNotFoundException>(fault) is { } missing => PostgresProblems.CertificateUnreadable(url, missing),
        _ when Find<UnauthorizedAccessException>(fault) is { } unreadable => PostgresProblems.CertificateUnreadable(url, unreadable),
        _ when Find<SocketException>(fault) is { } socket => Explain(url, socket),
        NpgsqlException when fault.Message.Contains("SSL", StringComparison.Ordinal) => PostgresProblems.TlsRefused(url, fault),
        NpgsqlException when fault.Message.Contains("password", StringComparison.OrdinalIgnoreCase) =>
            PostgresProblems.CredentialsRefused(url, "the server asks for a password and the URL has none", fault),
        _ => PostgresProblems.Unreachable(url, Scrubbed(url, fault.Message), fault),
    };

    public static PostgresFault Fault(PostgresUrl url, PostgresException fault) =>
        new(fault.SqlState, Scrubbed(url, fault.MessageText), fault)
        {
            Severity = fault.InvariantSeverity,
            Detail = Scrubbed(url, fault.Detail),
            Hint = Scrubbed(url, fault.Hint),
            Position = fault.Position > 0 ? fault.Position : null,
            Statement = fault.BatchCommand?.CommandText,
            Where = Scrubbed(url, fault.Where),
            SchemaName = fault.SchemaName,
            TableName = fault.TableName,
            ColumnName = fault.ColumnName,
            ConstraintName = fault.ConstraintName,
        };

    static GateException Explain(PostgresUrl url, PostgresException refused)
    {
        var words = Scrubbed(url, refused.MessageText);
        return refused.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword
                or PostgresErrorCodes.InsufficientPrivilege => PostgresProblems.CredentialsRefused(url, words, refused),
            PostgresErrorCodes.InvalidAuthorizationSpecification when words.Contains("no encryption", StringComparison.Ordinal)
                                                                      || words.Contains("SSL off", StringComparison.Ordinal) =>
                PostgresProblems.NotAdmitted(url, words, refused),
            PostgresErrorCodes.InvalidAuthorizationSpecification => PostgresProblems.CredentialsRefused(url, words, refused),
            PostgresErrorCodes.InvalidCatalogName => PostgresProblems.DatabaseAbsent(url, words, refused),
            PostgresErrorCodes.TooManyConnections or "53000" => PostgresProblems.TooManyConnections(url, words, refused),
            PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
                PostgresProblems.NotReady(url, words, refused),
            // PgBouncer has one state for everything.
            PostgresErrorCodes.ProtocolViolation when words.Contains("no such database", StringComparison.Ordinal) =>
                PostgresProblems.DatabaseAbsent(url, words, refused),
            PostgresErrorCodes.ProtocolViolation when words.Contains("no such user", StringComparison.Ordinal)
                                                      || words.Contains("authentication", StringComparison.Ordinal) =>
                PostgresProblems.CredentialsRefused(url, words, refused),
            _ => PostgresProblems.Unreachable(url, $"{words} (SQLSTATE {refused.SqlState})", refused),
        };
    }

    static GateException Explain(PostgresUrl url, SocketException fault) => fault.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => PostgresProblems.UnknownHost(url, fault),
        SocketError.TimedOut => PostgresProblems.ConnectTimedOut(url, fault),
        _ => PostgresProblems.Unreachable(url, fault.Message, fault),
    };

    static T? Find<T>(Exception? fault)
        where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is T found)
            {
                return found;
            }
        }

        return null;
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    static string? Scrubbed(PostgresUrl url, string? text) => text is null ? null : new Scrubber(url.Secrets).Scrub(text);
}
