using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class UnfilteredWrite() : LintRule(UnfilteredCode, "unfiltered-write", Severity.Error)
{
    public static readonly ProblemCode UnfilteredCode = new("DBG0245", "DELETE or UPDATE without WHERE", ExitCode.Blocked);

    public override Claim Claims => Claim.Loss;

    public override string Reason => "it changes every row, keeps each locked until the end, and leaves a dead copy of each behind";

    public override string Safer => "say which rows with a WHERE; change a large table in batches outside of the migration";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        let message = Message(statement)
        where message is not null
        select new LintFinding(this, statement, message) { Table = Table(statement.Parsed), Severity = Weight(statement.Parsed) };

    // To fill a column that the migration has just added loses nothing.
    static string? Message(LintStatement statement) => statement.Parsed switch
    {
        Delete delete when statement.Before.MayHoldRows(delete.Table)
            && !Filters(delete.Filtered, delete.Condition, delete.Table, statement) =>
            $"DELETE FROM {delete.Table} {Missing(delete.Condition)} and loses all rows",
        Update update when !Filters(update.Filtered, update.Condition, update.Table, statement)
            && Overwrites(update.Columns, update.Table, statement) =>
            $"UPDATE {update.Table} {Missing(update.Condition)} and overwrites {Names(update.Columns)} in every row",
        Merge { Deletes: true } merge when statement.Before.MayHoldRows(merge.Table) =>
            $"MERGE INTO {merge.Table} deletes {Which(merge)}",
        Merge { Updates.Count: > 0 } merge when Overwrites(merge.Updates, merge.Table, statement) =>
            $"MERGE INTO {merge.Table} overwrites {Names(merge.Updates)} in {Which(merge)}",
        _ => null,
    };

    static QualifiedName? Table(ParsedStatement parsed) => parsed switch
    {
        Delete delete => delete.Table,
        Update update => update.Table,
        Merge merge => merge.Table,
        _ => null,
    };

    // What a MERGE hits depends on its source.
    static Severity Weight(ParsedStatement parsed) => parsed is Merge { BySource: false } ? Severity.Warning : Severity.Error;

    static bool Overwrites(IReadOnlyList<string> columns, QualifiedName table, LintStatement statement) =>
        statement.Before.MayHoldRows(table) && !columns.All(column => statement.Before.IsNew(table, column));

    static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Distinct().Select(QualifiedName.Quote));

    static string Missing(string? condition) => condition is null ? "has no WHERE" : $"has WHERE {condition}, which is true for every row,";

    static string Which(Merge merge) => merge.BySource ? "the rows that its source lacks" : "the rows that match its source";

    // A key is never null: WHERE id IS NOT NULL keeps every row.
    static bool Filters(bool filtered, string? condition, QualifiedName table, LintStatement statement)
    {
        if (!filtered || condition is null || statement.Before.Find(table) is not { } known)
        {
            return filtered;
        }

        var cursor = new TokenCursor(condition);
        var column = cursor.Name().Name;
        return !(cursor.Take("is not null") && cursor.AtEnd && known.Columns.GetValueOrDefault(column) is { NotNull: true });
    }
}
