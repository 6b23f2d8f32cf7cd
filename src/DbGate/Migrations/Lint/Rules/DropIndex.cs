using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropIndex() : StatementRule<Drop>(LocksCode, "drop-index", Severity.Warning)
{
    public static readonly ProblemCode LocksCode = new("DBG0258", "An index is dropped under an exclusive lock", ExitCode.Blocked);

    public override Claim Claims => Claim.Lock;

    public override string Reason =>
        "it is quick, but it waits for every transaction on the table, and all others wait behind it; queries that need it get slow";

    public override string Safer =>
        "DROP INDEX CONCURRENTLY, the only statement of its migration, when pg_stat_user_indexes shows that it is not used";

    protected override IEnumerable<LintFinding> Inspect(Drop parsed, LintStatement statement) =>
        from index in parsed is { Kind: "index", Concurrently: false } ? parsed.Names : []
        let table = statement.Before.IndexedTables.GetValueOrDefault(index.Name)
        where table is null || statement.Touches(table)
        select new LintFinding(this, statement, $"DROP INDEX {index} locks {table?.ToString() ?? "its table"} against all");
}
