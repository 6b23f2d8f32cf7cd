using System.Text;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Reports.Actions;
using DbGate.Reports.Html;

namespace DbGate.Tests.Reports;

/// <summary>One state has one name wherever it is shown, and what an approval needs is in the first 25 lines.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Headlines
{
    const int HeadLines = 25;

    static readonly GateReport Waiting = SampleReleases.Planned with
    {
        Steps =
        [
            new StepReport(
                new StepDescriptor("migrate-deploy", ""),
                new StepResult
                {
                    Summary = "not approved",
                    Problems = [new(EvidenceProblems.NotApprovedCode, "plan has 1 of 2 approvals"), .. Warnings],
                },
                TimeSpan.Zero),
        ],
        NotChecked = [.. Enumerable.Range(1, 30).Select(number => $"thing {number}")],
    };

    static IEnumerable<Problem> Warnings => Enumerable.Range(1, 9).Select(number =>
        new Problem(new ProblemCode($"DBG029{number}", "A sample", ExitCode.Blocked), $"weigh {number}") { Severity = Severity.Warning });

    static IEnumerable<TestCaseData> States() =>
    [
        new TestCaseData(Waiting, "Ready, and it loses data").SetArgDisplayNames("waiting"),
        new TestCaseData(SampleReports.Passing, "Pass").SetArgDisplayNames("pass"),
        new TestCaseData(SampleReports.Daily, "Blocked").SetArgDisplayNames("blocked"),
    ];

    [TestCaseSource(nameof(States))]
    public void Are_the_same_everywhere(GateReport report, string headline)
    {
        Assert.That(Headline.From(report), Is.EqualTo(headline));
        Assert.That(new ConsoleReport(false).Verdict(report, null), Does.Contain($"\n{headline}: {report.Environment}"));
        Assert.That(MarkdownReport.Render(report), Does.StartWith($"# DbGate: {headline}"));
        Assert.That(ReleasePage.Render(report), Does.Contain($"<title>{headline}: ").And.Contain($">{headline}</h1>"));
    }

    [Test]
    public void Come_with_all_that_an_approval_needs_in_25_lines()
    {
        var head = StepSummary.Render(Waiting, null).Split("\n<details>")[0];

        Assert.That(head.Split('\n'), Has.Length.AtMost(HeadLines));
        Assert.That(
            head,
            Does.Contain("| Loses | **1 loss** |").And.Contain("| Locks | ").And.Contain("| Rollback | ").And.Contain("restoring loses ")
                .And.Contain("--target=approve --environment=production --plan="));
        Assert.That(head, Does.Contain("- **DBG0291** weigh 1\n").And.Contain("- 7 more below\n"));
    }

    [Test]
    public void Of_a_blocked_run_name_its_problems_in_25_lines()
    {
        var head = MarkdownReport.Render(SampleReports.Daily).Split("\n<details>")[0];

        Assert.That(head.Split('\n'), Has.Length.AtMost(HeadLines));
        Assert.That(head, Does.Contain("- **DBG0205** migration 20261101"));
    }

    [TestCase(2796, 104, true)]
    [TestCase(2796, 2000, false)]
    [TestCase(90, 1, false)]
    [TestCase(100, 200, false)]
    public void Point_to_a_drop_in_rows(int before, int now, bool isShown)
    {
        var points = SampleReleases.History.Backups;
        var report = SampleReleases.Planned with
        {
            Release = SampleReleases.Facts with
            {
                History = SampleReleases.History with { Backups = [points[1] with { Rows = now }, points[0] with { Rows = before }] },
            },
        };

        Assert.That(Glance.From(report).Any(item => item.Name == "Fewer rows"), Is.EqualTo(isShown));
        Assert.That(ReleasePage.Render(report).Contains("the backup before had 2,796", StringComparison.Ordinal), Is.EqualTo(isShown));
    }

    [TestCase("postgresql://app@db.example.com:5432/shop?schema=public&sslmode=require", "shop on db.example.com")]
    [TestCase("postgresql://app@127.0.0.1:43605/wallet", "wallet on 127.0.0.1:43605")]
    [TestCase("postgresql://db/a%20b", "a b on db")]
    [TestCase("not a url?secret=1", "not a url")]
    public void Name_the_database_and_its_host(string target, string shown) =>
        Assert.That(TargetName.From(target).ToString(), Is.EqualTo(shown));
}
