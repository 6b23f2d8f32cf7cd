using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Rules;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>
/// The findings about who waits for whom. In a database without rows nothing takes long, so they are left out there. Pure.
/// </summary>
static class LockFindings
{
    static readonly ProblemCode[] Codes =
    [
        AddCheck.ScansCode, AddColumnRewrite.RewritesCode, AddForeignKey.ScansCode, AddKey.BuildsCode, CreateIndexRule.BuildsCode,
        CreateTriggerRule.LocksCode,
        DropIndex.LocksCode, LockTimeout.MissingCode, PartitionRule.PartitionCode, RefreshViewRule.RefreshCode, ReindexRule.BuildsCode,
        RewriteColumnType.RewritesCode,
        RewriteTableRule.RewritesCode, SetExpressionRule.RewritesCode, SetNotNullRule.ScansCode, ValidateInSameMigration.SameCode,
        WorkUnderLock.WorkCode,
    ];

    /// <summary>The report without them.</summary>
    public static LintReport Omit(LintReport report) => report.Where(problem => !Codes.Contains(problem.Code)) with { Migrations = [] };
}
