using DbGate.Checks;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class Waiving
{
    static async Task<GateReport> RunAsync(GatedProject project, IStep step)
    {
        await using var run = new GateRunner(Fake.Context(project));
        await run.ExecuteAsync(step, CancellationToken.None);
        return run.Report();
    }

    [Test]
    public async Task Turns_a_finding_into_a_warning_that_names_who_decided()
    {
        using var project = Fake.Waiving("DBG0104");
        var report = await RunAsync(project, Fake.Step(Fake.Problem()));

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(report.AllProblems.Single().Severity, Is.EqualTo(Severity.Warning));
        Assert.That(report.AllProblems.Single().Message, Is.EqualTo("DBG0104 happened (waived by ana until 2026-11-30: known)"));
        Assert.That(report.WaiversUsed.Single().Check, Is.EqualTo("DBG0104"));
    }

    [Test]
    public async Task Covers_no_other_finding()
    {
        using var project = Fake.Waiving("DBG0104");
        var report = await RunAsync(project, Fake.Step(Fake.Problem(), Fake.Problem("DBG0105")));

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Blocked));
        Assert.That(
            report.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0105" }));
    }

    [TestCase("api/**", "api/docker/Dockerfile", true)]
    [TestCase("api/*.yml", "api/compose.yml", true)]
    [TestCase("api/**", "web/Dockerfile", false)]
    [TestCase("Dockerfile", "Dockerfile", true)]
    [TestCase("Dockerfile", "dockerfile", false)]
    [TestCase("Dockerfile", "api/Dockerfile", false)]
    [TestCase("Dockerfile", null, false, TestName = "A path covers no finding without a place")]
    [TestCase("*", null, true)]
    public async Task Covers_the_paths_of_its_scope(string scope, string? file, bool covered)
    {
        using var project = Fake.Waiving("DBG0104", scope: scope);
        var report = await RunAsync(project, Fake.Step(Fake.Problem(file: file)));

        Assert.That(report.Verdict, Is.EqualTo(covered ? Verdict.Pass : Verdict.Blocked));
    }

    [Test]
    public async Task Blocks_once_it_has_expired_and_says_so_once()
    {
        using var project = Fake.Waiving("DBG0104", expires: "2026-11-21");
        var report = await RunAsync(project, Fake.Step(Fake.Problem(file: "a"), Fake.Problem(file: "b")));

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Blocked));
        Assert.That(report.AllProblems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0104", "DBG0104", "DBG0010" }));
        Assert.That(report.WaiversUsed, Is.Empty);
    }

    [Test]
    public async Task Says_in_a_check_too_that_it_has_expired()
    {
        using var project = Fake.Waiving("DBG0104", expires: "2026-11-21");
        var check = await CheckAsync(project, CheckResult.Failed("no", Fake.Problem()));

        Assert.That(check.Problems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0104", "DBG0010" }));
        Assert.That(check.IsBlocking, Is.True);
    }

    [Test]
    public async Task Lets_a_failed_check_pass_and_keeps_its_words()
    {
        using var project = Fake.Waiving("DBG0104");
        var check = await CheckAsync(project, CheckResult.Failed("too many", Fake.Problem()));

        Assert.That((check.Outcome, check.Details), Is.EqualTo((CheckOutcome.Passed, "waived: too many")));
    }

    [Test]
    public async Task Shows_what_it_covers_in_a_check_that_blocks_for_another_reason()
    {
        using var project = Fake.Waiving("DBG0104");
        var check = await CheckAsync(project, CheckResult.Failed("both", Fake.Problem(), Fake.Problem("DBG0105")));

        Assert.That(check.Outcome, Is.EqualTo(CheckOutcome.Failed));
        Assert.That(check.Problems.Select(problem => problem.Severity), Is.EqualTo(new[] { Severity.Warning, Severity.Error }));
    }

    [Test]
    public async Task Does_not_cover_a_check_that_could_not_run()
    {
        using var project = Fake.Waiving("DBG0104");

        Assert.That((await CheckAsync(project, CheckResult.Errored(Fake.Problem()))).IsBlocking, Is.True);
    }

    [Test]
    public async Task Does_not_cover_a_step_that_stopped()
    {
        using var project = Fake.Waiving("DBG0104");
        var report = await RunAsync(project, Fake.Step((_, _) => throw new GateException(Fake.Problem())));

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Blocked));
    }

    [Test]
    public async Task Covers_no_proof()
    {
        using var project = Fake.Waiving("DBG0521");
        var proof = Fake.Problem("DBG0521") with { Code = new ProblemCode("DBG0521", "Something", ExitCode.Blocked) { IsProof = true } };
        var report = await RunAsync(project, Fake.Step(proof));

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Blocked));
        Assert.That(report.AllProblems.Single().Cause, Does.Contain("the waiver of ana has no effect: a proof cannot be waived"));
    }

    [TestCase(ExitCode.MigrationFailed)]
    [TestCase(ExitCode.Stale)]
    [TestCase(ExitCode.Locked)]
    [TestCase(ExitCode.Environment)]
    [TestCase(ExitCode.Credentials)]
    [TestCase(ExitCode.InternalFault)]
    [TestCase(ExitCode.Usage)]
    public async Task Does_not_cover_what_is_no_finding(ExitCode code)
    {
        using var project = Fake.Waiving("DBG0104");
        var report = await RunAsync(project, Fake.Step(Fake.Problem(code: code)));

        Assert.That(report.ExitCode, Is.EqualTo(code));
    }

    static async Task<CheckResult> CheckAsync(GatedProject project, CheckResult result)
    {
        await using var context = Fake.Context(project);
        return (await CheckRunner.RunAsync([Fake.Check(() => result)], context, CancellationToken.None)).Single().Result;
    }
}
