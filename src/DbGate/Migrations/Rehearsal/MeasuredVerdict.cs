using System.Globalization;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Rules;
using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What was measured on the restored data has the last word over what a rule reads in the text.</summary>
public static class MeasuredVerdict
{
    static readonly ProblemCode[] OfLoss =
    [
        DropTable.DroppedCode, DropSchema.DroppedCode, DropColumnRule.DroppedCode, DropCascade.CascadeCode, TruncateTable.TruncatedCode,
        UnfilteredWrite.UnfilteredCode,
    ];

    static readonly ProblemCode[] OfRewrite = [RewriteColumnType.RewritesCode, AddColumnRewrite.RewritesCode, ShiftTimestamp.ShiftsCode];

    /// <summary>True for a rule about lost data, which the receipt counts.</summary>
    public static bool IsOfLoss(ProblemCode code) => OfLoss.Contains(code) || code == NarrowColumnType.NarrowsCode;

    /// <summary>Every finding with what its statement did; one that the rehearsal refutes is for information only. Pure.</summary>
    public static LintReport Weigh(LintReport lint, RehearsalReport rehearsal) =>
        lint with { Problems = [.. lint.Problems.Select(problem => Weigh(problem, rehearsal))] };

    static Problem Weigh(Problem problem, RehearsalReport rehearsal)
    {
        var measured =
            (from migration in rehearsal.Migrations
             from statement in migration.Statements
             where problem.Location is { Line: not null } location && Covers(statement, location)
             select (Migration: migration, Statement: statement)).FirstOrDefault();
        if (measured.Statement is not { } ran)
        {
            return problem;
        }

        var seen = Seen(ran);
        return Refuted(problem, measured.Migration, ran, rehearsal.Losses) is { } refuted
            ? problem with { Severity = Severity.Information, Cause = $"rehearsed: {refuted}; {seen}. The text alone says: {problem.Cause}" }
            : problem with { Severity = Confirmed(problem, ran) ? Severity.Error : problem.Severity, Cause = $"{problem.Cause}. Rehearsed: {seen}" };
    }

    static bool Covers(StatementMeasurement statement, SourceLocation location)
    {
        var first = statement.Location.Line;
        return statement.Location.File == location.File
            && location.Line >= first
            && location.Line <= first + statement.Sql.AsSpan().Count('\n')
            && (location.Column is null || location.Column == statement.Location.Column);
    }

    static string? Refuted(Problem problem, MigrationMeasurement migration, StatementMeasurement ran, DataLossReceipt losses)
    {
        if (OfLoss.Contains(problem.Code) && migration.Failure is null)
        {
            return losses.Losses.Any(loss => loss.Migration is null || loss.Migration == migration.Name) ? null : "nothing is lost";
        }

        if (problem.Code == NarrowColumnType.NarrowsCode && ran.Conversions.Count > 0)
        {
            return ran.Conversions.All(conversion => conversion.Changed == 0)
                ? string.Create(CultureInfo.InvariantCulture, $"all {ran.Conversions.Sum(conversion => conversion.Values)} values fit")
                : null;
        }

        return OfRewrite.Contains(problem.Code) && ran.Rewritten.Count == 0 ? "nothing was written anew"
            : problem.Code == AddNotNullColumn.NotNullCode ? "the table is empty, so it passes"
            : null;
    }

    static bool Confirmed(Problem problem, StatementMeasurement ran) =>
        problem.IsBlocking || (problem.Code == NarrowColumnType.NarrowsCode && ran.Conversions.Any(conversion => conversion.Changed > 0));

    static string Seen(StatementMeasurement ran)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{ran.Time.TotalMilliseconds:0} ms");
        var rows = ran.Activity.Sum(table => table.RowsRead);
        string?[] parts =
        [
            time,
            rows > 0 ? string.Create(CultureInfo.InvariantCulture, $"{rows} rows read") : null,
            ran.Rewritten.Count > 0 ? $"{string.Join(", ", ran.Rewritten)} written anew" : null,
            .. ran.Conversions.Where(conversion => conversion.Changed > 0).Select(conversion =>
                string.Create(CultureInfo.InvariantCulture, $"{conversion.Changed} of {conversion.Values} values in {conversion.Column} do not fit")),
        ];
        return string.Join(", ", parts.OfType<string>());
    }
}
