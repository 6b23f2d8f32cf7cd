using System.Globalization;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Rules;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Compares what a finding claims with what its statement did. Pure.</summary>
static class MeasuredClaims
{
    /// <returns>The measured fact that contradicts the claim; null when nothing does, or when the claim cannot be measured.</returns>
    public static string? Refute(LintFinding finding, MeasuredStatement ran, DataLossReceipt losses) => finding.Claims switch
    {
        Claim.Loss => Loss(finding, ran, losses),
        Claim.Rewrite => ran.Statement.Rewritten.Count == 0 ? "no table was rewritten" : null,
        Claim.Scan => Scan(finding, ran.Statement),
        Claim.Lock => Lock(finding, ran),
        Claim.Refusal => Refusal(finding, ran.Statement),
        Claim.HeldLock => HeldLock(finding, ran),
        _ => null,
    };

    /// <summary>The locks in words: as measured, where the statement's own locks are known; otherwise as claimed.</summary>
    public static IEnumerable<string> Locks(LintFinding finding, MeasuredStatement ran) =>
        finding.Statement.Locks.Select(claim => ran.HeldOn(claim.Table) is { } held && held != TableLock.None && held != claim.Mode
            ? (claim with { Mode = held }).ToString()
            : claim.ToString());

    static string? Loss(LintFinding finding, MeasuredStatement ran, DataLossReceipt losses)
    {
        if (ran.Migration.Failure is not null)
        {
            return null;
        }

        if (finding.Rule.Code == NarrowColumnType.NarrowsCode)
        {
            var conversions = ran.Statement.Conversions;
            return conversions.Count > 0 && conversions.All(conversion => conversion.Changed == 0)
                ? string.Create(
                    CultureInfo.InvariantCulture, $"all {conversions.Sum(conversion => conversion.Values)} values fit the new type")
                : null;
        }

        return losses.Losses.Any(loss => IsBy(loss, ran)) ? null : "nothing is lost";
    }

    // A loss whose migration is not known can be anyone's; privileges are not what these rules are about.
    static bool IsBy(DataLoss loss, MeasuredStatement ran) =>
        loss.Kind != DataLossKind.GrantRemoved && (loss.Migration is null || loss.Migration == ran.Migration.Name);

    static string? Scan(LintFinding finding, StatementMeasurement ran)
    {
        var rows =
            ran.Activity.Where(table => finding.Table is null || MeasuredStatement.Is(table.Table, finding.Table))
                .Sum(table => table.RowsRead);
        return !ran.IsSampled && rows == 0 && ran.Rewritten.Count == 0 ? "no row was read" : null;
    }

    static string? Lock(LintFinding finding, MeasuredStatement ran)
    {
        var claims = finding.Statement.Locks;
        if (claims.Count == 0)
        {
            return null;
        }

        var held = claims.Select(claim => (Claim: claim, Mode: ran.HeldOn(claim.Table))).ToArray();
        return held.All(item => item.Mode < item.Claim.Mode)
            ? held.All(item => item.Mode == TableLock.None)
                ? $"no lock on {claims[0].Table} was taken"
                : $"{held.Max(item => item.Mode!.Value).Display()} is the strongest lock that was taken"
            : null;
    }

    static string? Refusal(LintFinding finding, StatementMeasurement ran) =>
        finding.Rule is AddNotNullColumn ? "the table is empty, so that the statement passed"
        : finding.Rule.Code == NarrowColumnType.NarrowsCode && ran.Conversions.Count > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $"all {ran.Conversions.Sum(conversion => conversion.Values)} values fit the new type")
        : ran.IsSampled ? "the statement ran by itself, outside of a transaction"
        : "the server accepted the statement";

    // The claim holds only while both are in one transaction and the earlier one holds a lock.
    static string? HeldLock(LintFinding finding, MeasuredStatement ran)
    {
        var earlier = ran.Migration.Statements.Any(other =>
            other.Transaction == ran.Statement.Transaction
                && other.Index < ran.Statement.Index
                && other.Locks.Any(held => held.Mode >= TableLock.ShareRowExclusive));
        return !earlier && finding.Statement.Index > 0 ? "no earlier statement of its transaction holds a lock that blocks others" : null;
    }
}
