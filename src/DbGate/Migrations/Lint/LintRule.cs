using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint;

/// <summary>One thing to look for in a migration, without a database.</summary>
/// <param name="code">Its number and page.</param>
/// <param name="name">The name that a waiver uses: <c>drop-table</c>.</param>
/// <param name="severity">Error when data is lost or the deploy is sure to fail, warning when others have to wait.</param>
abstract class LintRule(ProblemCode code, string name, Severity severity)
{
    public ProblemCode Code { get; } = code;

    public string Name { get; } = name;

    public Severity Severity { get; } = severity;

    /// <summary>What a rehearsal can confirm or refute of its findings.</summary>
    public virtual Claim Claims => Claim.None;

    /// <summary>True when a short measured time answers the finding: it is about locks and work under them, and nothing else.</summary>
    public virtual bool IsHarmlessWhenBrief =>
        Claims != Claim.None && (Claims & ~(Claim.Lock | Claim.Scan | Claim.Rewrite | Claim.HeldLock)) == Claim.None;

    /// <summary>Why it matters.</summary>
    public abstract string Reason { get; }

    /// <summary>What to write instead.</summary>
    public abstract string Safer { get; }

    public abstract IEnumerable<LintFinding> Inspect(LintMigration migration);

    /// <summary>One sentence for several findings in a file, reported once, at the first; null where each counts for itself.</summary>
    /// <param name="count">How many there are.</param>
    public virtual string? Several(int count) => null;
}

/// <summary>A rule that looks at one statement at a time.</summary>
abstract class StatementRule<T>(ProblemCode code, string name, Severity severity) : LintRule(code, name, severity)
    where T : ParsedStatement
{
    public sealed override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        where statement.Parsed is T
        from finding in Inspect((T)statement.Parsed, statement)
        select finding;

    protected abstract IEnumerable<LintFinding> Inspect(T parsed, LintStatement statement);
}

/// <summary>A rule that looks at one action of ALTER TABLE at a time, on tables that was before the migration.</summary>
abstract class ActionRule<T>(ProblemCode code, string name, Severity severity) : StatementRule<AlterTable>(code, name, severity)
    where T : AlterAction
{
    protected sealed override IEnumerable<LintFinding> Inspect(AlterTable parsed, LintStatement statement) =>
        from action in statement.Touches(parsed.Table) ? parsed.Actions.OfType<T>() : []
        let finding = Inspect(action, parsed.Table, statement)
        where finding is not null
        select finding;

    protected abstract LintFinding? Inspect(T action, QualifiedName table, LintStatement statement);
}
