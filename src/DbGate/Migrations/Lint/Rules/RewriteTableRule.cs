using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class RewriteTableRule() : LintRule(RewritesCode, "rewrite-table", Severity.Warning)
{
    public static readonly ProblemCode RewritesCode = new("DBG0260", "CLUSTER or VACUUM FULL", ExitCode.Blocked);

    public override Claim Claims => Claim.Rewrite;

    public override string Reason => "the table is rewritten while reads are blocked; it takes the space of both";

    public override string Safer => "leave it out of migrations: it changes no schema; pg_repack does the same while others work";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        from what in Rewrites(statement)
        where what.Table is null || statement.Touches(what.Table)
        select new LintFinding(this, statement, $"{what.Verb} {what.Table} rewrites it")
        {
            Rewrites = what.Table is null ? null : what.Certain,
            Table = what.Table,
        };

    // Another tablespace or access method moves every page; where it is the same as before, nothing happens.
    static IEnumerable<(string Verb, QualifiedName? Table, bool? Certain)> Rewrites(LintStatement statement) => statement.Parsed switch
    {
        RewriteTable rewrite => [(rewrite.Verb, rewrite.Table, true)],
        AlterTable alter => alter.Actions.OfType<OtherAction>()
            .Where(action => action.Form is AlterForms.SetTablespace or AlterForms.SetAccessMethod)
            .Select(action => (action.Form.ToUpperInvariant(), (QualifiedName?)alter.Table, (bool?)null)),
        _ => [],
    };
}
