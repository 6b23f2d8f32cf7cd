using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class DropCascade() : StatementRule<Drop>(CascadeCode, "drop-cascade", Severity.Error)
{
    public static readonly ProblemCode CascadeCode =
        new("DBG0243", "CASCADE drops objects that the statement does not name", ExitCode.Blocked);

    // What columns can be made of: CASCADE takes the columns along.
    static readonly string[] TakeColumns = ["type", "domain", "extension", "sequence", "collation", "schema"];

    public override Claim Claims => Claim.Loss;

    public override string Reason =>
        "the dependants are dropped without being named: views, constraints, and for a type the columns of that type";

    public override string Safer => "leave CASCADE out, look at what the server then lists, and drop each by name";

    protected override IEnumerable<LintFinding> Inspect(Drop parsed, LintStatement statement) =>
        from name in parsed.Cascade ? parsed.Names : []
        where statement.Touches(name)
        select new LintFinding(this, statement, $"DROP {parsed.Kind.ToUpperInvariant()} {name} CASCADE drops what depends on it")
        {
            Severity = TakeColumns.Contains(parsed.Kind) ? Severity.Error : Severity.Warning,
        };
}
