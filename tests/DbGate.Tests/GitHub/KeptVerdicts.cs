using System.Security.Cryptography;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Publishing;
using DbGate.Releases;
using DbGate.Testing.Http;

namespace DbGate.Tests.GitHub;

/// <summary>GitHub is down: the verdict is, is kept, and the next run publishes it.</summary>
[Parallelizable(ParallelScope.All)]
sealed class KeptVerdicts : GitHubFixture
{
    static bool Any(HttpExchange exchange) => true;

    [Test]
    public async Task Are_published_by_the_next_run()
    {
        GitHub.Inject(new Fault.Answer(503), Any, 999);
        var first = Blocked() with { Commit = "1111111111111111111111111111111111111111" };
        var outcome = await PublishAsync(first, PullRequest());
        Assert.That(outcome.Problems.Select(problem => (problem.Code.Id, problem.IsBlocking)), Is.EqualTo(new[] { ("DBG0901", false) }));

        GitHub.Recover();
        await PublishedAsync(Passing, PullRequest());

        Assert.That(GitHub.CheckRuns.Select(check => Text(check, "conclusion")), Is.EquivalentTo(new[] { "success", "failure" }));
        Assert.That(Text(GitHub.Comments.Single(), "body"), Does.Contain("# DbGate: Pass"), "an older verdict replaces no newer one");
        Assert.That(Directory.EnumerateFiles(Outbox), Is.Empty);
    }

    [Test]
    public async Task Of_the_same_commit_never_replace_a_newer_one()
    {
        GitHub.Inject(new Fault.Answer(503), Any, 999);
        await PublishAsync(Blocked());
        GitHub.Recover();

        await PublishedAsync(Passing);

        Assert.That(GitHub.CheckRuns.Select(check => Text(check, "conclusion")), Is.EqualTo(new[] { "success" }));
    }

    [Test]
    public async Task Of_another_repository_that_shares_the_store_are_left_to_it()
    {
        await KeptAsync(("GITHUB_REPOSITORY", "acme/ledger"));
        GitHub.Recover();

        await PublishedAsync(Passing);

        Assert.That(Directory.EnumerateFiles(Outbox), Has.Exactly(1).Items);
        Assert.That(
            GitHub.Seen.Where(exchange => exchange.Method == "POST"),
            Has.None.Matches<HttpExchange>(exchange => exchange.Path.Contains("ledger", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Are_seen_on_another_machine_through_the_store()
    {
        await KeptAsync();
        Directory.Delete(Outbox, recursive: true);
        GitHub.Recover();

        await using var context = Context();
        var step = await new GateRunner(context).ExecuteAsync(new PublishStep(), CancellationToken.None);

        Assert.That(step.Result.Summary, Is.EqualTo("1 verdict published"));
        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
        Assert.That(Directory.EnumerateFiles(Path.Combine(Root, "backups", "unpublished")), Is.Empty);
    }

    [Test]
    public async Task Are_not_published_without_this_runs_signature()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportPkcs8PrivateKeyPem();
        await KeptAsync();
        await KeptAsync(("DBGATE_SIGNING_KEY", pem));
        GitHub.Recover();

        var outcome = await PublishAsync(null, ("DBGATE_SIGNING_KEY", pem));

        Assert.That(outcome.Problems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0904" }));
        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Are_forgotten_after_a_month()
    {
        await KeptAsync();
        var kept = Directory.GetFiles(Outbox).Single();
        System.IO.File.Move(kept, Path.Combine(Outbox, "github-20200101_000000_000_00000000.json"));
        Directory.Delete(Path.Combine(Root, "backups"), recursive: true);
        GitHub.Recover();

        await PublishAsync(null);

        Assert.That(GitHub.CheckRuns, Is.Empty);
        Assert.That(Directory.EnumerateFiles(Outbox), Is.Empty);
    }

    [Test]
    public async Task Wait_while_the_token_is_refused()
    {
        var outcome = await PublishAsync(Passing, ("GITHUB_TOKEN", "ghs_expired"));
        Assert.That(outcome.Problems.Single().Message, Does.Contain("does not accept the token (401)"));

        Assert.That((await PublishAsync(null)).CaughtUp, Is.EqualTo(1));
    }

    [Test]
    public async Task Of_a_cancelled_run_are_kept_at_once()
    {
        await using var context = Context();

        var outcome = await Publications.PublishAsync(context, Passing, new CancellationToken(canceled: true));

        Assert.That(outcome.Problems.Single().Code.Id, Is.EqualTo("DBG0901"));
        Assert.That(Directory.EnumerateFiles(Outbox), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Change_neither_verdict_nor_exit_code()
    {
        GitHub.Inject(new Fault.Drop(), Any, 999);
        var display = new SilentDisplay();
        await using var runner = new GateRunner(
            new GateInput(new Dictionary<string, string>(), new Dictionary<string, string>(Variables), Root)
            {
                Publishers = [new DbGate.GitHub.GitHubPublisher(Quick, DbGate.GitHub.Api.GitHubApi.Transport)],
            },
            display);

        var written = await runner.RunAsync([Gates.Fake.Step()], CancellationToken.None);

        Assert.That((written!.Report.Verdict, runner.Failure), Is.EqualTo((Verdict.Pass, (ExitCode?)null)));
        Assert.That(display.Problems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0901" }));
    }

    [Test]
    public async Task Are_asked_for_by_the_task_which_blocks_when_they_stay()
    {
        await KeptAsync();

        await using var context = Context();
        var step = await new GateRunner(context).ExecuteAsync(new PublishStep(), CancellationToken.None);

        Assert.That(
            step.Result.AllProblems.Select(problem => (problem.Code.Id, problem.IsBlocking)), Is.EqualTo(new[] { ("DBG0901", true) }));
    }

    [Test]
    public async Task Cannot_be_asked_for_where_nothing_publishes()
    {
        await using var context = Context(("GITHUB_TOKEN", ""));
        var step = await new GateRunner(context).ExecuteAsync(new PublishStep(), CancellationToken.None);

        Assert.That(step.Result.AllProblems.Single().Code.Id, Is.EqualTo("DBG0905"));
    }

    Task KeptAsync(params (string, string)[] variables)
    {
        GitHub.Inject(new Fault.Answer(503), Any, 999);
        return PublishAsync(Passing, variables);
    }

    sealed class SilentDisplay : IGateDisplay
    {
        public List<Problem> Problems { get; } = [];

        public IProgressDisplay Progress => GateServices.Real.Progress;

        public void Show(StepReport step)
        {
        }

        public void Show(Problem problem) => Problems.Add(problem);

        public void ShowVerdict(GateReport report, string? path)
        {
        }
    }
}
