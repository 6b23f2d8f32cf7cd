using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Problems;

namespace DbGate.Migrations.Lint;

/// <summary>What the rules state of the pending migrations.</summary>
/// <param name="Problems">In file order; errors block.</param>
public sealed record LintReport(IReadOnlyList<Problem> Problems)
{
    /// <summary>Findings that a waiver in the file lets pass, with the waiver's last day and reason.</summary>
    internal IReadOnlyList<WaivedFinding> Waived { get; init; } = [];

    /// <summary>The finding behind each problem, in the same order; null where it is about a waiver.</summary>
    internal IReadOnlyList<LintFinding?> Findings { get; init; } = [];

    /// <summary>The same with those problems only.</summary>
    internal LintReport Where(Func<Problem, bool> counts)
    {
        var kept = Problems.Zip(Findings).Where(pair => counts(pair.First)).ToArray();
        return this with { Problems = [.. kept.Select(pair => pair.First)], Findings = [.. kept.Select(pair => pair.Second)] };
    }

    /// <summary>The migrations that were read.</summary>
    internal IReadOnlyList<LintMigration> Migrations { get; init; } = [];
}

/// <summary>A finding that does not count.</summary>
/// <param name="Problem">The finding.</param>
/// <param name="Until">The last day of the waiver, in UTC.</param>
/// <param name="Reason">The reason that it gives.</param>
sealed record WaivedFinding(Problem Problem, DateOnly Until, string Reason);

/// <summary>Looks at migrations without a database.</summary>
public static class Linter
{
    /// <summary>Applies every rule to one migration. What earlier migrations made is not known: a release knows it, and finds
    /// more.</summary>
    /// <param name="file">How problems name the file.</param>
    /// <param name="sql">Its text.</param>
    /// <param name="serverMajor">PostgreSQL's major version where it will run, such as 17; null when it is not known.</param>
    public static LintReport Lint(string file, string sql, int? serverMajor = null) =>
        Lint(
            [], [StatementSplitter.Split(sql, file)], _ => TransactionRule.WholeFile,
            DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), serverMajor);

    /// <summary>Applies every rule to the pending migrations.</summary>
    /// <param name="applied">The migrations before them, in order: they tell types, keys and indexes and are not judged.</param>
    /// <param name="pending">The migrations to judge, in order.</param>
    /// <param name="transactions">How the engine will run them.</param>
    /// <param name="today">The day to judge waivers by, in UTC.</param>
    internal static LintReport Lint(
        IEnumerable<SqlScript> applied, IEnumerable<SqlScript> pending, TransactionRule transactions, DateOnly today) =>
        Lint(applied, pending, _ => transactions, today, null);

    /// <param name="applied">The migrations before them, in order.</param>
    /// <param name="pending">The migrations to judge, in order.</param>
    /// <param name="transactions">How the engine will run a file.</param>
    /// <param name="today">The day to judge waivers by, in UTC.</param>
    /// <param name="server">PostgreSQL's major version where they will run; null when that is not known.</param>
    internal static LintReport Lint(
        IEnumerable<SqlScript> applied, IEnumerable<SqlScript> pending, Func<SqlScript, TransactionRule> transactions, DateOnly today,
        int? server)
    {
        var schema = applied.Aggregate(
            KnownSchema.Empty, (known, script) => LintMigrationReader.Read(script, known.Settle(), transactions(script)).After);
        var problems = new List<(Problem Problem, LintFinding? Finding)>();
        var waived = new List<WaivedFinding>();
        var migrations = new List<LintMigration>();
        foreach (var script in pending)
        {
            var migration = LintMigrationReader.Read(script, schema.Settle(), transactions(script), server);
            Judge(migration, today, problems, waived);
            migrations.Add(migration);
            schema = migration.After;
        }

        return new LintReport([.. problems.Select(item => item.Problem)])
        {
            Waived = waived,
            Findings = [.. problems.Select(item => item.Finding)],
            Migrations = migrations,
        };
    }

    /// <summary>All findings of a migration in file order, waivers not looked at.</summary>
    internal static IEnumerable<LintFinding> Find(LintMigration migration) =>
        LintCatalog.Rules.SelectMany(rule => rule.Inspect(migration))
            .OrderBy(finding => finding.Statement.Index)
            .ThenBy(finding => finding.Statement.Offset);

    static void Judge(
        LintMigration migration, DateOnly today, List<(Problem Problem, LintFinding? Finding)> problems, List<WaivedFinding> waived)
    {
        var waivers = Waivers(migration.Script, problems);
        var used = new HashSet<LintWaiver>();
        var left = new List<LintFinding>();
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
                left.Add(finding);
            }
        }

        problems.AddRange(OncePerFile(left).Select(finding => (finding.ToProblem(migration), (LintFinding?)finding)));
        foreach (var waiver in waivers)
        {
            var location = new SourceLocation(migration.Script.File, waiver.Comment.Line);
            if (today > waiver.Until)
            {
                problems.Add((LintProblems.WaiverExpired(waiver, location), null));
            }
            else if (IsTooLong(waiver, today))
            {
                problems.Add((LintProblems.WaiverTooLong(waiver, location), null));
            }
            else if (!used.Contains(waiver))
            {
                problems.Add((LintProblems.WaiverUnused(waiver, location), null));
            }
        }
    }

    /// <summary>Of a rule that is reported once for a file, the first finding means all.</summary>
    static IEnumerable<LintFinding> OncePerFile(IReadOnlyList<LintFinding> findings)
    {
        var counts = findings.CountBy(finding => finding.Rule).ToDictionary();
        var seen = new HashSet<LintRule>();
        return from finding in findings
               let several = counts[finding.Rule] > 1 ? finding.Rule.Several(counts[finding.Rule]) : null
               where several is null || seen.Add(finding.Rule)
               select several is null ? finding : finding with { Message = several };
    }

    static bool IsTooLong(LintWaiver waiver, DateOnly today) => waiver.Until > today.AddYears(1);

    static List<LintWaiver> Waivers(SqlScript script, List<(Problem Problem, LintFinding? Finding)> problems)
    {
        var waivers = new List<LintWaiver>();
        foreach (var comment in script.Comments.Where(LintWaiver.Means))
        {
            var location = new SourceLocation(script.File, comment.Line);
            if (LintWaiver.Parse(comment) is not { } waiver)
            {
                problems.Add((LintProblems.WaiverMalformed(location), null));
            }
            else if (waiver.Rules.FirstOrDefault(rule => LintCatalog.Find(rule) is null) is { } unknown)
            {
                problems.Add((LintProblems.WaiverForUnknownRule(unknown, location), null));
            }
            else
            {
                waivers.Add(waiver);
            }
        }

        return waivers;
    }
}
