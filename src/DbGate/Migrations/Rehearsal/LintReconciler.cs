using System.Globalization;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Rules;
using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What was measured on the restored data has the last word over what a rule reads in the text.</summary>
static class LintReconciler
{
    /// <summary>True for a rule about lost data, which the receipt counts.</summary>
    public static bool IsOfLoss(ProblemCode code) =>
        LintCatalog.Rules.Any(rule => rule.Code == code && rule.Claims.HasFlag(Claim.Loss)) || code == DropObject.DroppedCode;

    /// <summary>
    /// Every finding with what its statement did. A claim that the measurement contradicts becomes a note with the measured value; a
    /// rewrite or a lock that no rule found becomes a finding. Pure.
    /// </summary>
    public static LintReport Weigh(LintReport lint, RehearsalReport rehearsal)
    {
        var measured = new MeasuredStatements(rehearsal);
        var unmeasured = lint.Migrations.SelectMany(migration =>
            ServerTraitRule.Unmeasured(migration).Select(index => (migration.Script.File, index))).ToHashSet();
        var weighed = lint.Problems.Zip(
            lint.Findings,
            (problem, finding) => finding is null ? problem
                : problem.Location?.File is { } file && unmeasured.Contains((file, finding.Statement.Index))
                    ? problem with { Cause = $"{problem.Cause}; the rehearsal does not show what the statement does on another server" }
                : Weigh(problem, finding, measured, lint, rehearsal));
        return lint with
        {
            Problems =
            [
                .. weighed,
                .. lint.Migrations.SelectMany(migration => UnforeseenEffects.Find(
                    migration, [.. lint.Findings.OfType<LintFinding>().Where(finding => migration.Statements.Contains(finding.Statement))],
                    measured)),
            ],
            Findings = [],
            Migrations = [],
        };
    }

    static Problem Weigh(Problem problem, LintFinding finding, MeasuredStatements measured, LintReport lint, RehearsalReport rehearsal)
    {
        if (measured.Find(problem.Location?.File, finding.Statement.Index) is not { } ran)
        {
            return problem;
        }

        if (finding.Rule is OldServer && !IsOfSameServer(finding, lint, rehearsal))
        {
            return problem with { Cause = $"{problem.Cause}; the scratch server is PostgreSQL {rehearsal.ServerMajor} and accepted it" };
        }

        var seen = Seen(ran.Statement);
        TimeSpan? brief = finding.Rule.IsHarmlessWhenBrief ? ran.Statement.Time : null;
        if (MeasuredClaims.Refute(finding, ran, rehearsal.Losses) is { } refuted)
        {
            return problem with
            {
                Severity = Severity.Information,
                Message = $"Rehearsed: {refuted}",
                Cause = $"{seen}. By its text alone, {finding.Rule.Name} finds: {problem.Message}",
                Fix = null,
                Measured = brief,
            };
        }

        return problem with
        {
            Severity = IsConfirmed(problem, ran.Statement) ? Severity.Error : problem.Severity,
            Cause = $"{string.Join("; ", (string[])[.. MeasuredClaims.Locks(finding, ran), finding.Rule.Reason])}. Rehearsed: {seen}",
            Measured = brief,
        };
    }

    // What a newer scratch server accepts is not about the target.
    static bool IsOfSameServer(LintFinding finding, LintReport lint, RehearsalReport rehearsal) =>
        lint.Migrations.FirstOrDefault(migration => migration.Statements.Contains(finding.Statement))?.Server is { } target
            && target == rehearsal.ServerMajor;

    static bool IsConfirmed(Problem problem, StatementMeasurement ran) =>
        problem.IsBlocking
        || (problem.Code == NarrowColumnType.NarrowsCode && ran.Conversions.Any(conversion => conversion.Changed > 0));

    internal static string Seen(StatementMeasurement ran)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{ran.Time.TotalMilliseconds:0} ms");
        var rows = ran.Activity.Sum(table => table.RowsRead);
        var written = ran.Activity.Sum(table => table.Inserted + table.Updated + table.Deleted);
        string?[] parts =
        [
            time,
            rows > 0 ? string.Create(CultureInfo.InvariantCulture, $"{rows} rows read") : null,
            written > 0 ? string.Create(CultureInfo.InvariantCulture, $"{written} rows written") : null,
            ran.Rewritten.Count > 0 ? $"{string.Join(", ", ran.Rewritten)} rewritten" : null,
            .. ran.Conversions.Where(conversion => conversion.Changed > 0).Select(conversion =>
                string.Create(
                    CultureInfo.InvariantCulture, $"{conversion.Changed} of {conversion.Values} values in {conversion.Column} do not fit")),
        ];
        return string.Join(", ", parts.OfType<string>());
    }
}
