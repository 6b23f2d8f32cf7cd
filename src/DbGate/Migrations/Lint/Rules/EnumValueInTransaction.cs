using DbGate.Migrations.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class EnumValueInTransaction() : LintRule(UnsafeCode, "enum-value-in-transaction", Severity.Error)
{
    public static readonly ProblemCode UnsafeCode = new("DBG0273", "a new enum value is used in the transaction that adds it", ExitCode.Blocked);

    public override string Reason => "the server refuses it (55P04) until the ALTER TYPE is committed";

    public override string Safer => "put the statement that uses the value into the next migration";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from added in migration.Statements
        where added.Parsed is AddEnumValue
        let add = (AddEnumValue)added.Parsed
        from use in migration.Statements
        where use.Transaction == added.Transaction && use.Index > added.Index && use.Offset == 0 && use.Parsed is not AddEnumValue
        where use.Source.Text.Contains($"'{add.Value}'", StringComparison.Ordinal)
        select new LintFinding(this, use, $"'{add.Value}' of {add.Type} is used before it is committed");
}
