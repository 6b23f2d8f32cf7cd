using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint;

/// <summary>What a rule states of a statement.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Statement">The statement.</param>
/// <param name="Message">One sentence with the names.</param>
sealed record LintFinding(LintRule Rule, LintStatement Statement, string Message)
{
    public Severity Severity { get; init; } = Rule.Severity;

    /// <summary>What a rehearsal can confirm or refute.</summary>
    public Claim Claims { get; init; } = Rule.Claims;

    /// <summary>The table that the claims are about; null when the text names none.</summary>
    public QualifiedName? Table { get; init; }

    /// <summary>What to write instead; null for what the rule always states.</summary>
    public string? Safer { get; init; }

    /// <summary>Whether the table is rewritten; null when the rule is not about that, or the text does not tell.</summary>
    public bool? Rewrites { get; init; }

    public Problem ToProblem(LintMigration migration) =>
        new(Rule.Code, Statement.Through is { } function ? $"{Message} (in {function})" : Message)
    {
        Severity = Severity,
        Cause = string.Join(
            "; ",
            (string[])[
                .. Statement.Locks.Select(claim => claim.ToString()), .. Rewrites == true ? ["rewrites the whole table"] : (string[])[],
                Rule.Reason]),
        State = DatabaseState.NotContacted,
        Fix = Safer ?? Rule.Safer,
        Location = migration.Script.Locate(Statement.Source, Statement.Offset),
    };
}

/// <summary>A lock on a table.</summary>
sealed record LockClaim(QualifiedName Table, TableLock Mode)
{
    public override string ToString() => $"takes {Mode.Display()} on {Table} ({Mode.Effect()})";
}
