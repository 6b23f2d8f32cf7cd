using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropColumnRule() : StatementRule<AlterTable>(DroppedCode, "drop-column", Severity.Error)
{
    public static readonly ProblemCode DroppedCode = new("DBG0242", "A column is dropped", ExitCode.Blocked);

    public override Claim Claims => Claim.Loss;

    public override string Reason => "its values are gone at once, and the release that still runs selects it by name";

    public override string Safer =>
        "release code that no longer reads or writes it first; drop it in the next release, when a verified backup holds it";

    protected override IEnumerable<LintFinding> Inspect(AlterTable parsed, LintStatement statement) =>
        parsed.Actions.OfType<DropColumn>().Select(action => Inspect(action, parsed.Table, statement)).OfType<LintFinding>();

    LintFinding? Inspect(DropColumn action, QualifiedName table, LintStatement statement) =>
        statement.Before.IsNew(table, action.Column) && !MayBeOlder(statement, table, action.Column)
            ? null
            : new LintFinding(
                this, statement, $"DROP COLUMN {QualifiedName.Quote(action.Column)} of {table} loses its values") { Table = table };

    // CREATE TABLE IF NOT EXISTS does not name the column, so the table is older than the migration.
    static bool MayBeOlder(LintStatement statement, QualifiedName table, string column) =>
        statement.Before.Find(table) is { MayExist: true } known && !known.Columns.ContainsKey(column);
}
