using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Statements;

namespace DbGate.Migrations.Lint;

/// <summary>
/// A comment that lets findings of the statement behind it (or around it) pass:
/// <c>-- dbgate:allow drop-column until 2026-12-31 reason: replaced by "fullName"</c>.
/// </summary>
/// <param name="Rules">Names or codes, separated by commas.</param>
/// <param name="Until">The last day that it holds on, in UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="Comment">Where it is.</param>
sealed partial record LintWaiver(IReadOnlyList<string> Rules, DateOnly Until, string Reason, SqlComment Comment)
{
    const string Mark = "dbgate:allow";

    public static bool Means(SqlComment comment) => comment.Text.Contains(Mark, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null when it is not written as it must be.</returns>
    public static LintWaiver? Parse(SqlComment comment)
    {
        var match = Form().Match(comment.Text);
        return match.Success
            && DateOnly.TryParseExact(
                match.Groups["until"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until)
            ? new LintWaiver(
                match.Groups["rules"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                until,
                match.Groups["reason"].Value.Trim(),
                comment)
            : null;
    }

    /// <summary>Whether it names the finding's rule and is in the finding's statement or is the next thing before it.</summary>
    public bool Covers(LintFinding finding, SqlScript script)
    {
        var owner = script.Statements.FirstOrDefault(statement => statement.End > Comment.Offset);
        return owner == finding.Statement.Source && Rules.Any(rule => LintCatalog.Find(rule) == finding.Rule);
    }

    [GeneratedRegex(
        @"dbgate:allow\s+(?<rules>[\w-]+(\s*,\s*[\w-]+)*)\s+until\s+(?<until>\d{4}-\d\d-\d\d)\s+reason:\s*(?<reason>\S.*?)\s*(\*/)?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Form();
}
