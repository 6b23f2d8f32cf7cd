using DbGate.Migrations;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Releases.Forecasts;

/// <summary>After which statements of a file a failure leaves the rest undone. Pure.</summary>
static class StopPoints
{
    /// <summary>One-based numbers of the statements that are committed while others are still to come.</summary>
    public static IReadOnlyList<int> From(SqlScript script, TransactionRule rule)
    {
        var points = new List<int>();
        var block = false;
        foreach (var (index, statement) in script.Statements.SkipLast(1).Index())
        {
            var verb = (StatementParser.Parse(statement.Text) as TransactionControl)?.Verb;
            block = verb switch
            {
                TransactionVerb.Begin => true,
                TransactionVerb.Commit or TransactionVerb.Rollback => false,
                _ => block,
            };
            var commits = verb == TransactionVerb.Commit
                || (rule == TransactionRule.PerStatement && !block && verb is not (TransactionVerb.Begin or TransactionVerb.Rollback));
            if (commits)
            {
                points.Add(index + 1);
            }
        }

        return points;
    }

    /// <summary><c>1-3, 5</c>; null for none.</summary>
    public static string? Ranges(IReadOnlyList<int> points)
    {
        var ranges = new List<string>();
        for (var start = 0; start < points.Count;)
        {
            var end = start;
            while (end + 1 < points.Count && points[end + 1] == points[end] + 1)
            {
                end++;
            }

            ranges.Add(start == end ? $"{points[start]}" : $"{points[start]}-{points[end]}");
            start = end + 1;
        }

        return ranges.Count == 0 ? null : string.Join(", ", ranges);
    }
}
