using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;

namespace DbGate.Tests.Reports;

/// <summary>What a person reads of many warnings, and on a narrow terminal.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ConsoleGroups
{
    static readonly ProblemCode Index = new("DBG0257", "An index blocks writers", ExitCode.Blocked);

    [Test]
    public void Fold_what_the_rehearsal_measured_as_harmless()
    {
        var step = Step([.. Enumerable.Range(1, 17).Select(line => Lock(line, milliseconds: line == 3 ? 6 : 1))]);

        Assert.That(
            new ConsoleReport(false).Step(step).Split('\n')[1..^1],
            Is.EqualTo(new[] { "           note  17 lock notes, longest 6 ms in the rehearsal; --verbose lists them" }));
        Assert.That(
            new ConsoleReport(false) { IsVerbose = true }.Step(step).Split('\n')
                .Count(line => line.StartsWith("DBG0257", StringComparison.Ordinal)),
            Is.EqualTo(17));
    }

    [TestCase(null, Severity.Warning, TestName = "Show_what_was_not_measured")]
    [TestCase(100, Severity.Warning, TestName = "Show_what_took_long")]
    [TestCase(1, Severity.Error, TestName = "Show_what_blocks_however_brief")]
    public void Show_all_else(int? milliseconds, Severity severity) =>
        Assert.That(
            new ConsoleReport(false).Step(Step([Lock(1, milliseconds) with { Severity = severity }])),
            Does.Contain("DBG0257 ").And.Contain("  at     m.sql:1\n"));

    [Test]
    public void Say_once_what_warnings_of_a_kind_share()
    {
        var text = new ConsoleReport(false).Step(Step([.. Enumerable.Range(1, 7).Select(line => Lock(line, null))]));

        Assert.That(
            text[(text.IndexOf('\n', StringComparison.Ordinal) + 2)..].Split('\n'),
            Is.EqualTo(new[]
            {
                "DBG0257 warning  plan: An index blocks writers (7 times)",
                "  at     m.sql:1  an index on line 1", "  at     m.sql:2  an index on line 2", "  at     m.sql:3  an index on line 3",
                "  at     m.sql:4  an index on line 4", "  at     m.sql:5  an index on line 5", "         2 more; --verbose lists all",
                "  cause  writes wait", "  fix    Build it CONCURRENTLY", "           psql -f m.sql",
                $"  docs   {CommandStyle.BuildScript.Page(Index)}", "",
            }));
    }

    [Test]
    public void Show_only_problems_where_only_problems_are_asked_for()
    {
        var report = new ConsoleReport(false);

        Assert.That(report.Problems(Step([])), Is.Empty);
        Assert.That(report.Problems(Step([Lock(1, 1), Lock(2, null) with { Severity = Severity.Information }])), Is.Empty);
        Assert.That(report.Problems(Step([Lock(1, null)])), Does.StartWith("\nDBG0257 warning"));
    }

    [Test]
    public void Break_lines_between_words_and_never_a_command()
    {
        var problem = Lock(1, null) with
        {
            Cause = string.Join(' ', Enumerable.Repeat("word", 40)),
            Fix = new("Do it", FixCommand.Run("psql", [.. Enumerable.Repeat<CommandArgument>("argument", 20)])),
        };
        var lines = new ConsoleReport(false) { Width = 60 }.Block("plan", problem).Split('\n');

        Assert.That(lines.Where(line => !line.Contains("psql", StringComparison.Ordinal)), Has.All.Length.LessThanOrEqualTo(60));
        Assert.That(lines.Count(line => line.StartsWith("         word", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(lines, Has.Exactly(1).EndsWith("argument").And.Exactly(1).Contains("psql argument"));
        Assert.That(
            string.Join(' ', lines.Select(line => line.Trim())), Does.Contain(problem.Cause), "no word is lost");
    }

    [Test]
    public void Cut_digests_to_8_digits_and_nothing_else()
    {
        var digest = new string('a', 64);
        var step = Step([]) with
        {
            Result = new StepResult
            {
                Summary = $"plan {digest}",
                Facts = [new("file", $"backups/plans/{digest}.json"), new("time", "20261122060000")],
            },
        };
        var text = new ConsoleReport(false).Step(step);

        Assert.That(text, Does.Contain("plan aaaaaaaa\n").And.Contain($"backups/plans/{digest}.json\n").And.Contain("20261122060000\n"));
    }

    static Problem Lock(int line, int? milliseconds) => new(Index, $"an index on line {line}")
    {
        Severity = Severity.Warning,
        Cause = "writes wait",
        Fix = new("Build it CONCURRENTLY", FixCommand.Run("psql", "-f", "m.sql")),
        Location = new SourceLocation("m.sql", line),
        Measured = milliseconds is { } time ? TimeSpan.FromMilliseconds(time) : null,
    };

    static StepReport Step(IReadOnlyList<Problem> problems) =>
        new(new StepDescriptor("plan", ""), new StepResult { Summary = "planned", Problems = [.. problems] }, TimeSpan.FromSeconds(1));
}
