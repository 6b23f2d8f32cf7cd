using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class RewriteTableRule() : StatementRule<RewriteTable>(RewritesCode, "rewrite-table", Severity.Warning)
{
    public static readonly ProblemCode RewritesCode = new("DBG0260", "CLUSTER or VACUUM FULL", ExitCode.Blocked);

    public override string Reason => "the table is written anew while nobody can read it; it takes the space of both";

    public override string Safer => "leave it out of migrations: it changes no schema; pg_repack does the same while others work";

    protected override IEnumerable<LintFinding> Inspect(RewriteTable parsed, LintStatement statement) =>
        parsed.Table is { } table && !statement.Touches(table)
            ? []
            : [new LintFinding(this, statement, $"{parsed.Verb} {parsed.Table} writes it anew") { Rewrites = parsed.Table is null ? null : true }];
}
