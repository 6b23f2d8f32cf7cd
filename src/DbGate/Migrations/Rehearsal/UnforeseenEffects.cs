using DbGate.Migrations.Lint;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Rewrites and locks that were measured and that no rule found in the text. Pure.</summary>
static class UnforeseenEffects
{
    public static readonly ProblemCode RewriteCode = new("DBG0290", "A statement rewrites a table unexpectedly", ExitCode.Blocked);
    public static readonly ProblemCode LockCode = new("DBG0291", "A statement takes a lock that its text does not show", ExitCode.Blocked);

    public static IEnumerable<Problem> Find(LintMigration migration, IReadOnlyList<LintFinding> findings, MeasuredStatements measured)
    {
        foreach (var statement in migration.Statements.Where(statement => statement is { Offset: 0, Through: null }))
        {
            if (measured.Find(migration.Script.File, statement.Index) is not { } ran)
            {
                continue;
            }

            var own = findings.Where(finding => finding.Statement.Index == statement.Index).ToList();
            if (Rewritten(ran, migration) is { Count: > 0 } tables
                && !own.Any(finding => finding.Rewrites != false && (finding.Claims & (Claim.Rewrite | Claim.Loss)) != 0))
            {
                yield return Rewrite(statement, migration, ran, tables);
            }

            if (Strongest(ran, migration, statement) is { } held)
            {
                yield return Lock(statement, migration, ran, held);
            }
        }
    }

    static List<string> Rewritten(MeasuredStatement ran, LintMigration migration) =>
        [.. ran.Statement.Rewritten.Where(table => !IsNew(table, migration, ran.Statement.Index))];

    // Only where nothing else of the statement, its block or its functions claims a lock as strong on that table.
    static MeasuredLock? Strongest(MeasuredStatement ran, LintMigration migration, LintStatement statement)
    {
        var claims = migration.Statements.Where(other => other.Index == statement.Index).SelectMany(other => other.Locks).ToList();
        return ran.Statement.Locks.FirstOrDefault(held => held.Mode >= TableLock.Share
            && !IsNew(held.Table, migration, statement.Index)
            && !claims.Exists(claim => claim.Mode >= held.Mode && MeasuredStatement.Is(held.Table, claim.Table)));
    }

    static bool IsNew(string table, LintMigration migration, int index) =>
        migration.Statements.First(statement => statement.Index == index).Before.IsNew(new TokenCursor(table).Name());

    static Problem Rewrite(LintStatement statement, LintMigration migration, MeasuredStatement ran, List<string> tables) =>
        new(RewriteCode, $"{string.Join(", ", tables)} {(tables.Count == 1 ? "is" : "are")} rewritten while reads are blocked")
        {
            Severity = Severity.Warning,
            Cause = $"Rehearsed: {LintReconciler.Seen(ran.Statement)}",
            State = DatabaseState.NotContacted,
            Fix = "Run it when the table is quiet, or in steps that do not rewrite it",
            Location = migration.Script.Locate(statement.Source, statement.Offset),
        };

    static Problem Lock(LintStatement statement, LintMigration migration, MeasuredStatement ran, MeasuredLock held) =>
        new(LockCode, $"{held.Mode.Display()} on {held.Table} {held.Mode.Effect()}")
        {
            Severity = Severity.Warning,
            Cause = $"Rehearsed: {LintReconciler.Seen(ran.Statement)}",
            State = DatabaseState.NotContacted,
            Fix = "Set lock_timeout, and run it in a migration without long work",
            Location = migration.Script.Locate(statement.Source, statement.Offset),
        };
}
