using DbGate.Migrations.Lint.Schema;
using DbGate.Migrations.Statements;
using DbGate.Problems;

namespace DbGate.Migrations.Lint;

/// <summary>What the rules say of the pending migrations.</summary>
/// <param name="Problems">In file order; errors block.</param>
/// <param name="Waived">Findings that a waiver in the file lets pass, with the waiver's last day and reason.</param>
public sealed record LintReport(IReadOnlyList<Problem> Problems, IReadOnlyList<WaivedFinding> Waived);

/// <summary>A finding that does not count.</summary>
/// <param name="Problem">The finding.</param>
/// <param name="Until">The last day of the waiver, in UTC.</param>
/// <param name="Reason">The reason that it gives.</param>
public sealed record WaivedFinding(Problem Problem, DateOnly Until, string Reason);

/// <summary>Looks at migrations without a database.</summary>
public static class Linter
{
    /// <summary>Applies every rule to the pending migrations.</summary>
    /// <param name="applied">The migrations before them, in order: they tell types, keys and indexes and are not judged.</param>
    /// <param name="pending">The migrations to judge, in order.</param>
    /// <param name="transactions">How the engine will run them.</param>
    /// <param name="today">The day to judge waivers by, in UTC.</param>
    public static LintReport Lint(
        IEnumerable<SqlScript> applied, IEnumerable<SqlScript> pending, TransactionRule transactions, DateOnly today)
    {
        var schema = applied.Aggregate(KnownSchema.Empty, (known, script) => LintMigrationReader.Read(script, known.Settle(), transactions).After);
        var problems = new List<Problem>();
        var waived = new List<WaivedFinding>();
        foreach (var script in pending)
        {
            var migration = LintMigrationReader.Read(script, schema.Settle(), transactions);
            Judge(migration, today, problems, waived);
            schema = migration.After;
        }

        return new LintReport(problems, waived);
    }

    /// <summary>All findings of a migration in file order, waivers not looked at.</summary>
    internal static IEnumerable<LintFinding> Find(LintMigration migration) =>
        LintCatalog.Rules.SelectMany(rule => rule.Inspect(migration)).OrderBy(finding => finding.Statement.Index).ThenBy(finding => finding.Statement.Offset);

    static void Judge(LintMigration migration, DateOnly today, List<Problem> problems, List<WaivedFinding> waived)
    {
        var waivers = Waivers(migration.Script, problems);
        var used = new HashSet<LintWaiver>();
        foreach (var finding in Find(migration))
        {
            var waiver = waivers.Find(waiver => waiver.Covers(finding, migration.Script));
            if (waiver is not null)
            {
                used.Add(waiver);
            }

            if (waiver is not null && today <= waiver.Until && !IsTooLong(waiver, today))
            {
                waived.Add(new WaivedFinding(finding.ToProblem(migration), waiver.Until, waiver.Reason));
            }
            else
            {
                problems.Add(finding.ToProblem(migration));
            }
        }

        foreach (var waiver in waivers)
        {
            var location = new SourceLocation(migration.Script.File, waiver.Comment.Line);
            if (today > waiver.Until)
            {
                problems.Add(LintProblems.WaiverExpired(waiver, location));
            }
            else if (IsTooLong(waiver, today))
            {
                problems.Add(LintProblems.WaiverTooLong(waiver, location));
            }
            else if (!used.Contains(waiver))
            {
                problems.Add(LintProblems.WaiverUnused(waiver, location));
            }
        }
    }

    static bool IsTooLong(LintWaiver waiver, DateOnly today) => waiver.Until > today.AddYears(1);

    static List<LintWaiver> Waivers(SqlScript script, List<Problem> problems)
    {
        var waivers = new List<LintWaiver>();
        foreach (var comment in script.Comments.Where(LintWaiver.Means))
        {
            var location = new SourceLocation(script.File, comment.Line);
            if (LintWaiver.Parse(comment) is not { } waiver)
            {
                problems.Add(LintProblems.WaiverMalformed(location));
            }
            else if (waiver.Rules.FirstOrDefault(rule => LintCatalog.Find(rule) is null) is { } unknown)
            {
                problems.Add(LintProblems.WaiverForUnknownRule(unknown, location));
            }
            else
            {
                waivers.Add(waiver);
            }
        }

        return waivers;
    }
}
