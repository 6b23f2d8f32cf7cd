using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ConcurrentlyInTransaction() : LintRule(InsideCode, "concurrently-in-transaction", Severity.Error)
{
    public static readonly ProblemCode InsideCode = new("DBG0269", "CONCURRENTLY inside a transaction", ExitCode.Blocked);

    public override Claim Claims => Claim.Refusal;

    public override string Reason =>
        "the server refuses it (25001): it needs transactions of its own, and a file of several statements is one transaction to "
            + "Prisma up to 7.3";

    public override string Safer => "make it the only statement of its migration";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        let what = Concurrent(statement.Parsed)
        where what is not null && migration.InTransactionBlock(statement)
        select new LintFinding(this, statement, $"{what} cannot run inside a transaction");

    static string? Concurrent(ParsedStatement parsed) => parsed switch
    {
        CreateIndex { Concurrently: true } => "CREATE INDEX CONCURRENTLY",
        Drop { Concurrently: true } => "DROP INDEX CONCURRENTLY",
        Reindex { Concurrently: true } => "REINDEX CONCURRENTLY",
        Reindex { Kind: "schema" or "database" or "system" } reindex => $"REINDEX {reindex.Kind.ToUpperInvariant()}",
        RewriteTable { Verb: "VACUUM FULL" } => "VACUUM",
        AlterTable { Actions: [DetachPartition { Concurrently: true }] } => "DETACH PARTITION CONCURRENTLY",
        _ => null,
    };
}
