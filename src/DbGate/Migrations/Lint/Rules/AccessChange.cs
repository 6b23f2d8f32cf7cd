using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class AccessChange() : LintRule(ChangedCode, "access-change", Severity.Warning)
{
    public static readonly ProblemCode ChangedCode = new("DBG0276", "Access to rows or tables changes", ExitCode.Blocked);

    public override string Reason => "the release that still runs can get permission errors, or see fewer or more rows than before";

    public override string Safer => "Grant the new access first, release, and take the old access away in the next release";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        from message in Messages(statement)
        select new LintFinding(this, statement, message);

    static IEnumerable<string> Messages(LintStatement statement) => statement.Parsed switch
    {
        AlterTable alter
            when statement.Touches(alter.Table) => alter.Actions.OfType<OtherAction>()
                .Select(action => Message(action.Form, alter.Table))
                .OfType<string>(),
        Privilege { Grants: false } revoke when revoke.Tables.Count == 0
            || revoke.Tables.Any(statement.Touches) => [$"REVOKE {Names(revoke)} ON {revoke.Text} takes privileges away"],
        Drop { Kind: "role" or "user" } drop => drop.Names.Select(role => $"DROP ROLE {role} takes the role and its logins away"),
        _ => [],
    };

    static string? Message(string form, QualifiedName table) => form switch
    {
        AlterForms.EnableRowSecurity => $"{table} shows only the rows that its policies allow, none without a policy",
        AlterForms.ForceRowSecurity => $"{table} shows its owner, too, only the rows that its policies allow",
        AlterForms.DisableRowSecurity or AlterForms.NoForceRowSecurity => $"{table} shows all rows whatever its policies say",
        AlterForms.OwnerTo => $"{table} gets another owner, who alone may change it",
        _ => null,
    };

    static string Names(Privilege privilege) => string.Join(' ', privilege.Privileges).ToUpperInvariant();
}
