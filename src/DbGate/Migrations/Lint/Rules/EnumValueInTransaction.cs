using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class EnumValueInTransaction() : LintRule(UnsafeCode, "enum-value-in-transaction", Severity.Error)
{
    public static readonly ProblemCode UnsafeCode =
        new("DBG0273", "A new enum value is used in the transaction that adds it", ExitCode.Blocked);

    public override Claim Claims => Claim.Refusal;

    public override string Reason => "the server refuses it (55P04) until the ALTER TYPE is committed";

    public override string Safer => "put the statement that uses the value into the next migration";

    // A value of a type that the same transaction creates is safe to use at once.
    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from added in migration.Statements
        where added.Parsed is AddEnumValue
        let add = (AddEnumValue)added.Parsed
        where !IsCreatedHere(migration, added, add.Type)
        from use in migration.Statements
        where use.Transaction == added.Transaction && use.Index > added.Index && use.Offset == 0 && use.Through is null
        let certainty = EnumValueUse.Find(use, add)
        where certainty != EnumUse.None
        select new LintFinding(this, use, Message(add, certainty))
        {
            Severity = certainty == EnumUse.Certain ? Severity.Error : Severity.Warning,
        };

    static bool IsCreatedHere(LintMigration migration, LintStatement added, QualifiedName type) =>
        migration.Statements.Any(other => other.Transaction == added.Transaction
            && other.Index < added.Index
            && other.Parsed is CreateEnum create
            && create.Type.MayBe(type));

    static string Message(AddEnumValue add, EnumUse certainty) => certainty == EnumUse.Certain
        ? $"'{add.Value}' of {add.Type} is used before it is committed"
        : $"'{add.Value}' may be the value of {add.Type} that is not committed yet";
}
