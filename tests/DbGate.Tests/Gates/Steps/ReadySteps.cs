using System.Net;
using DbGate.Checks;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;
using DbGate.Tests.Readiness;

namespace DbGate.Tests.Gates.Steps;

[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class ReadySteps
{
    const string Ready = """{"status":"ready"}""";

    ProductionServer server = null!;
    TestDatabase database = null!;
    Wallet wallet = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        server = await ProductionServer.StartAsync();
        wallet = Wallet.Copy();
        database = await server.CreateDatabaseAsync();
        var settings = ProductionServer.Settings(wallet, database, ("DBGATE_ENVIRONMENT", "development"), ("BACKUP_ENABLED", "false"));
        await using var run = new GateRunner(new GateContext(settings));
        var deploy = await run.ExecuteAsync(new MigrateDeployStep(), CancellationToken.None);
        Assert.That(deploy.Result.Summary, Is.EqualTo("4 applied, 4/4 migrations applied"));
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        wallet.Dispose();
        await database.DisposeAsync();
        await server.DisposeAsync();
    }

    async Task<GateReport> VerifyAsync(params (string Name, string Value)[] settings)
    {
        await using var run = new GateRunner(new GateContext(ProductionServer.Settings(wallet, database, settings)));
        await run.ExecuteAsync(new VerifyReadyStep(), CancellationToken.None);
        return run.Report();
    }

    static IEnumerable<string> Blocking(GateReport report) =>
        report.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id);

    [Test]
    public async Task Pass_when_ledger_rules_and_application_agree()
    {
        await using var application = AnsweringServer.Start(HttpStatusCode.OK, Ready);
        var report = await VerifyAsync(("READY_URL", application.Address.ToString()));

        Assert.That(Blocking(report), Is.Empty);
        Assert.That(report.Steps.Single().Result.Facts.Single().Value, Does.StartWith("ready after"));
        Assert.That(report.NotChecked, Is.Empty);
    }

    [Test]
    public async Task Block_production_without_an_address() => Assert.That(Blocking(await VerifyAsync()), Is.EqualTo(new[] { "DBG0601" }));

    [Test]
    public async Task Pass_on_the_ledger_alone_where_policy_says_so_and_tell_what_was_not_asked()
    {
        var report = await VerifyAsync(("DBGATE_READY_POLICY", "ledger"));

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(report.NotChecked, Is.EqualTo(new[] { "the application's /ready: READY_URL is not set" }));
    }

    [Test]
    public async Task Pass_on_the_ledger_alone_outside_production() =>
        Assert.That((await VerifyAsync(("DBGATE_ENVIRONMENT", "staging"))).Verdict, Is.EqualTo(Verdict.Pass));

    [TestCase("shop.example.com/ready")]
    [TestCase("/ready")]
    [TestCase("ftp://shop/ready")]
    public async Task Refuse_what_is_no_address(string address) =>
        Assert.That(Blocking(await VerifyAsync(("READY_URL", address))), Is.EqualTo(new[] { "DBG0603" }));

    [Test]
    public async Task Block_when_the_application_is_not_ready_and_keep_what_was_checked()
    {
        await using var application = AnsweringServer.Start(HttpStatusCode.ServiceUnavailable, """{"status":"not_ready"}""");
        var report = await VerifyAsync(("READY_URL", application.Address.ToString()), ("READY_TIMEOUT", "1s"));

        Assert.That(Blocking(report), Is.EqualTo(new[] { "DBG0602" }));
        Assert.That(
            report.Steps.Single().Result.Checks.Select(check => check.Result.Outcome),
            Is.EqualTo(Enumerable.Repeat(CheckOutcome.Passed, 3)));
    }

    [Test]
    public async Task Say_after_a_deploy_that_it_is_in_and_how_to_ask_again()
    {
        await using var application = AnsweringServer.Start(HttpStatusCode.ServiceUnavailable, """{"status":"not_ready"}""");
        await using var run =
            new GateRunner(
                new GateContext(
                    ProductionServer.Settings(wallet, database, ("READY_URL", application.Address.ToString()), ("READY_TIMEOUT", "1s"))));
        run.Context.Update(state => state with { Deploy = new DeployProof(["1_a", "2_b"]) });
        await run.ExecuteAsync(new VerifyReadyStep(), CancellationToken.None);
        var report = run.Report();
        var problem = report.AllProblems.Single(problem => problem.IsBlocking);

        Assert.That(problem.State, Is.EqualTo("2 migrations ARE deployed (1_a, 2_b); only the application is not verified"));
        Assert.That($"{problem.Fix}", Does.Contain("./build.sh --target=verify-ready"));
        Assert.That(
            new DbGate.Reports.ConsoleReport(colours: false).Verdict(report, null), Does.Contain("(exit 10)  2 migrations are deployed;"));
        Assert.That(DbGate.Reports.JsonReport.Render(report), Does.Contain("\"deployed\""));
    }

    [Test]
    public async Task Do_not_ask_the_application_when_a_check_blocks()
    {
        await using var application = AnsweringServer.Start(HttpStatusCode.OK, Ready);
        var report = await VerifyAsync(("READY_URL", application.Address.ToString()), ("PRISMA_DB_PUSH_ALLOWED", "true"));

        Assert.That(Blocking(report), Is.EqualTo(new[] { "DBG0101" }));
        Assert.That(application.Requests, Is.Zero);
        Assert.That(report.NotChecked, Is.EqualTo(new[] { "the application's /ready, because a check blocks" }));
    }
}
