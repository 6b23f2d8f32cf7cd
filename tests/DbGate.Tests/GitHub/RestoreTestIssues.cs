using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.GitHub;

/// <summary>The issue about a restore test that is overdue.</summary>
[Parallelizable(ParallelScope.All)]
sealed class RestoreTestIssues : GitHubFixture
{
    static readonly ProblemCode Overdue = new("DBG0123", "The last restore test is missing, invalid or too old", ExitCode.Blocked);

    static GateReport OverdueReport => Report(
        new StepResult { Summary = "blocks",
            Problems = [new Problem(Overdue, "Backup restore test is 120 days old - test backups every 90 days")] }, "production-safety");

    static GateReport PassedTest =>
        Report(new StepResult { Summary = "shop_production.sql.gz restored in 12 s, 1,204 rows equal" }, "restore-test");

    [Test]
    public async Task Is_opened_once_for_each_target()
    {
        await PublishedAsync(OverdueReport);
        await PublishedAsync(OverdueReport);
        await PublishedAsync(OverdueReport with { Target = "postgresql://app@other.example.com/ledger" });

        Assert.That(GitHub.Issues.Select(issue => Text(issue, "title")), Is.EqualTo(new[]
        {
            "Restore test overdue: production database shop", "Restore test overdue: production database ledger",
        }));
        Assert.That(Text(GitHub.Issues[0], "body"), Does.Contain("120 days old").And.Contain("--target=restore-test"));
    }

    [Test]
    public async Task Is_closed_by_a_test_that_passes_and_reopened_when_it_is_overdue_again()
    {
        await PublishedAsync(OverdueReport);
        await PublishedAsync(PassedTest);
        Assert.That(
            (Text(GitHub.Issues.Single(), "state"), Text(GitHub.Issues.Single(), "state_reason")), Is.EqualTo(("closed", "completed")));

        await PublishedAsync(OverdueReport);
        Assert.That(
            (Text(GitHub.Issues.Single(), "state"), Text(GitHub.Issues.Single(), "state_reason")), Is.EqualTo(("open", "reopened")));
    }

    [Test]
    public async Task Is_not_closed_by_anything_else()
    {
        await PublishedAsync(OverdueReport);

        await PublishedAsync(Passing);
        await PublishedAsync(PassedTest, ("DBGATE_GITHUB_PUBLISH", "check"));
        await PublishedAsync(
            Report(
                new StepResult { Summary = "not what was backed up",
                    Problems = [new Problem(new("DBG0701", "x", ExitCode.Blocked), "differs")] }, "restore-test"));

        Assert.That(Text(GitHub.Issues.Single(), "state"), Is.EqualTo("open"));
    }

    [Test]
    public async Task Is_not_opened_where_somebody_waived_the_rule()
    {
        var waived = OverdueReport with { WaiversUsed = [new Waiver("DBG0123", "*", "restored by hand", "ana", new DateOnly(2099, 1, 1))] };

        await PublishedAsync(waived);

        Assert.That(GitHub.Issues, Is.Empty);
    }

    [Test]
    public async Task Is_not_opened_twice_when_an_answer_is_lost()
    {
        GitHub.Inject(new DbGate.Testing.Http.Fault.LoseAnswer(), exchange => IsPost(exchange, "/issues"));

        await PublishedAsync(OverdueReport);

        Assert.That(GitHub.Issues, Has.Count.EqualTo(1));
    }
}
