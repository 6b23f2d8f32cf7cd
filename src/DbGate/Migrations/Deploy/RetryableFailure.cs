using System.Text.RegularExpressions;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Deploy;

/// <summary>Why a migration stopped although nothing is wrong with it.</summary>
/// <param name="SqlState">PostgreSQL's code.</param>
/// <param name="Words">In words.</param>
/// <param name="MayPass">True when the same may go through a little later.</param>
/// <param name="Message">The server's message, in English; some engines leave the code out.</param>
sealed record RetryableFailure(string SqlState, string Words, bool MayPass, string Message);

/// <summary>
/// Reports a migration that gave way from one that is wrong, and whether it can have left anything. Pure but for reading the file.
/// </summary>
static partial class GivingWays
{
    static readonly RetryableFailure[] Known =
    [
        new("55P03", "lock_timeout: another session held a lock that it needs", true, "due to lock timeout"),
        new("40P01", "a deadlock with another session", true, "deadlock detected"),
        new("57014", "statement_timeout, or it was cancelled", false, "canceling statement due to"),
    ];

    /// <summary>
    /// Reads an engine's words: some write "Database error code: 55P03", the direct engine "(SQLSTATE 55P03)"; others quote the server
    /// only.
    /// </summary>
    public static RetryableFailure? Find(string? words) =>
        Known.FirstOrDefault(way => CodeIn().Matches(words ?? "").Any(match => match.Groups["code"].Value == way.SqlState))
        ?? Known.FirstOrDefault(way => words?.Contains(way.Message, StringComparison.Ordinal) == true);

    /// <summary>
    /// True when it is certain that a failure of this file leaves nothing in the database, so that it can simply be run again.
    /// </summary>
    public static async Task<bool> LeavesNothingAsync(Migration migration, TransactionRule rule, CancellationToken cancellationToken)
    {
        try
        {
            return LeavesNothing(await migration.SplitAsync(cancellationToken), rule);
        }
        catch (GateException)
        {
            return false; // what cannot be taken apart is not certain
        }
    }

    public static bool LeavesNothing(SqlScript script, TransactionRule rule)
    {
        var statements = script.Statements;
        return (rule == TransactionRule.WholeFile || statements.Count <= 1)
            && !statements.Any(statement => NonTransactional.Is(statement) || MayCommit(StatementParser.Parse(statement.Text)));
    }

    static bool MayCommit(ParsedStatement statement) => statement switch
    {
        TransactionControl { Verb: not TransactionVerb.Savepoint } => true,
        OtherStatement { Verb: "call" } => true,
        DoBlock block => Committing().IsMatch(block.Body),
        _ => false,
    };

    [GeneratedRegex(@"(?:SQLSTATE |error code: |code: `?)(?<code>[0-9A-Z]{5})\b", RegexOptions.CultureInvariant)]
    private static partial Regex CodeIn();

    [GeneratedRegex(@"\b(?:commit|rollback|call)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Committing();
}
