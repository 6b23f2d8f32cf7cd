using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Restores;

/// <summary>What a failed <c>psql</c> reported, and what that means for the next attempt. Pure.</summary>
/// <param name="IsPermanent">Running it again fails in the same way.</param>
/// <param name="Fix">What to do.</param>
sealed partial record LoadFailure(bool IsPermanent, string Fix)
{
    const string RunAgain = "Run it again.";

    // By SQLSTATE, the longest prefix first: https://www.postgresql.org/docs/current/errcodes-appendix.html
    static readonly (string Prefix, LoadFailure Failure)[] Table =
    [
        ("53100", Retry("Free disk space on the server, then run it again.")),
        ("53200",
            Retry("Give the server more memory, or raise max_locks_per_transaction when the message asks for it, then run it again.")),
        ("53300", Retry("Free connections on the server (raise max_connections, or use fewer jobs), then run it again.")),
        ("53", Retry("Free what the server lacks, then run it again.")),
        ("08", Retry(RunAgain)),
        ("57014", Retry("Find out who cancelled the statement, then run it again.")),
        ("57P", Retry("Wait until the server accepts connections, then run it again.")),
        ("40", Retry(RunAgain)),
        ("55P03", Retry("Run it again when no other session holds the lock.")),
        ("25P", Retry(RunAgain)),
        ("58P01", Permanent("Install the extension's package on the server's machine.")),
        ("58", Retry("Repair the server's files or disk, then run it again.")),
        ("XX001", Permanent("Restore onto another server: this one reports damaged data.")),
        ("42501", Permanent("Restore with a role that has this permission, or have an administrator create the object first.")),
        ("42704", Permanent("Create what is missing on the server first (a role, an extension, a collation), then run it again.")),
        ("0A000", Permanent("Restore onto a server that supports this: the source's version, with the same extensions.")),
        ("22", Permanent("Correct the rows or the constraint in the source, then take another backup.")),
        ("23", Permanent("Correct the rows or the constraint in the source, then take another backup.")),
        ("42", Permanent("Correct the definition in the source, then take another backup.")),
    ];

    static readonly LoadFailure Unknown = Permanent("Read the message; when it is a passing condition of the server, run it again.");

    /// <summary>Decides from what psql wrote to its standard error.</summary>
    public static LoadFailure From(ChildOutcome outcome)
    {
        var text = outcome.StandardError;
        if (SqlState(text) is not { } state)
        {
            return ClientCommand().IsMatch(text)
                ? Permanent("The dump contains a command of psql, which a restore does not run. Remove that line, or choose another dump.")
                : Retry("Check that the server runs and that the connection to it is stable, then run it again.");
        }

        return SearchPath(state, text)
            ?? Table.FirstOrDefault(row => state.StartsWith(row.Prefix, StringComparison.Ordinal)).Failure
            ?? Unknown;
    }

    /// <summary>The code of the first error; null when there is none, for example after a lost connection.</summary>
    internal static string? SqlState(string text) => Error().Match(text) is { Success: true } match ? match.Groups["state"].Value : null;

    // A restore runs with an empty search_path, as pg_dump and pg_restore do (CVE-2018-1058). A function that relies on it breaks here
    // only.
    static LoadFailure? SearchPath(string state, string text) =>
        state is "42P01" or "42883" or "42704" or "3F000" && Function().Match(text) is { Success: true } match
            ? Permanent(
                $"""
                Give the function the search_path that it relies on, in the source, then take another backup:
                ALTER FUNCTION {match.Groups["name"].Value} SET search_path = public;
                """)
            : null;

    static LoadFailure Retry(string fix) => new(IsPermanent: false, fix);

    static LoadFailure Permanent(string fix) => new(IsPermanent: true, fix);

    [GeneratedRegex(@"\b(ERROR|FATAL|PANIC):  (?<state>[0-9A-Z]{5}): ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Error();

    // psql's own errors carry no SQLSTATE.
    [GeneratedRegex(@":\d+: error: (backslash commands are restricted|invalid command )", RegexOptions.CultureInvariant)]
    private static partial Regex ClientCommand();

    [GeneratedRegex(
        """(SQL|PL/\w+) function "?(?<name>[^"\s]+(\([^)]*\))?)"?""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Function();
}
