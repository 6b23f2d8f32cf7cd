using DbGate.Checks;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class GateRuns
{
    [Test]
    public async Task Pass_when_nothing_blocks()
    {
        using var project = new GatedProject();
        await using var run = new GateRunner(Fake.Context(project));
        await run.ExecuteAsync(Fake.Step(Fake.Problem() with { Severity = Severity.Warning }), CancellationToken.None);

        Assert.That((run.Report().Verdict, run.Report().ExitCode), Is.EqualTo((Verdict.Pass, ExitCode.Pass)));
    }

    [Test]
    public async Task Make_an_expected_failure_a_blocking_problem()
    {
        var problem = Fake.Problem(code: ExitCode.Credentials);
        var report = await RunAsync((_, _) => throw new GateException(problem));

        Assert.That(report.AllProblems, Is.EqualTo(new[] { problem }));
        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.Credentials));
    }

    [Test]
    public async Task Make_an_unexpected_failure_a_fault_of_their_own()
    {
        var report = await RunAsync((_, _) => throw new InvalidDataException("odd"));

        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.InternalFault));
        Assert.That(report.AllProblems.Single().Message, Is.EqualTo("InvalidDataException: odd"));
    }

    [Test]
    public async Task Make_a_cancellation_a_blocking_problem()
    {
        using var cancellationSource = new CancellationTokenSource();
        var report = await RunAsync(
            (_, token) =>
            {
                cancellationSource.Cancel();
                token.ThrowIfCancellationRequested();
                return Task.FromResult(new StepResult { Summary = "never" });
            },
            cancellationSource.Token);

        Assert.That(report.AllProblems.Single().Message, Is.EqualTo("fake-step was cancelled"));
        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.Cancelled));
    }

    /// <summary>A server that refuses the login refuses it to every check.</summary>
    [Test]
    public async Task Tell_once_what_every_check_stumbles_over()
    {
        var refused = Fake.Problem(code: ExitCode.Credentials);
        CheckReport[] checks =
            [.. Enumerable.Range(0, 3)
                .Select(_ =>
                    new CheckReport(
                        Fake.Check(() => CheckResult.Passed("")).Descriptor, CheckResult.Failed("refused", refused with { Fix = "same" }),
                        TimeSpan.Zero))];
        var report =
            await RunAsync((_, _) =>
                Task.FromResult(
                    new StepResult { Summary = "done", Checks = [.. checks], Problems = [refused with { Message = "another" }] }));

        Assert.That(report.AllProblems.Select(problem => problem.Message), Is.EqualTo(new[] { refused.Message, "another" }));
        Assert.That(report.Steps[0].Result.Checks, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Do_not_take_a_time_out_for_a_cancellation() =>
        Assert.That((await RunAsync((_, _) => throw new OperationCanceledException())).ExitCode, Is.EqualTo(ExitCode.InternalFault));

    [Test]
    public async Task Block_on_a_check_that_throws_and_run_the_next_one()
    {
        using var project = new GatedProject();
        await using var context = Fake.Context(project);
        var reports = await CheckRunner.RunAsync(
            [Fake.Check(() => throw new InvalidDataException("odd")), Fake.Check(() => CheckResult.Passed("fine"))], context,
            CancellationToken.None);

        Assert.That(reports.Select(report => report.Result.Outcome), Is.EqualTo(new[] { CheckOutcome.Errored, CheckOutcome.Passed }));
        Assert.That(reports[0].Result.IsBlocking, Is.True);
    }

    [Test]
    public async Task List_what_did_not_run()
    {
        using var project = new GatedProject();
        await using var run = new GateRunner(Fake.Context(project));
        await run.ExecuteAsync(
            Fake.Step((_, _) => Task.FromResult(new StepResult { Summary = "s", NotChecked = ["the replica"] })), CancellationToken.None);

        Assert.That(run.Report("verify-ready").NotChecked, Is.EqualTo(new[] { "verify-ready did not run", "the replica" }));
    }

    [Test]
    public async Task Block_on_a_problem_of_no_step()
    {
        using var project = new GatedProject();
        await using var run = new GateRunner(Fake.Context(project));
        run.Add(Fake.Problem(code: ExitCode.Environment));

        Assert.That(run.Report().ExitCode, Is.EqualTo(ExitCode.Environment));
    }

    [Test]
    public async Task Show_the_target_without_its_password()
    {
        using var project = new GatedProject().With(".env", "DATABASE_URL=postgresql://app:hunter2@db.example.com/shop");
        await using var run = new GateRunner(new GateContext(project.Read()));

        Assert.That(run.Report().Target, Does.Contain("db.example.com").And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Have_no_target_without_a_url()
    {
        using var project = new GatedProject();
        await using var run = new GateRunner(new GateContext(project.Read()));

        Assert.That(run.Report().Target, Is.Null);
    }

    [Test]
    public async Task Keep_the_newest_fact_of_each_kind()
    {
        using var project = new GatedProject();
        await using var context = Fake.Context(project);
        var step = new Chained();

        Assert.That(context.State.Safety, Is.Null);
        context.Produce(step, new SafetyProof(Fake.Now));
        context.Produce(step, new SafetyProof(Fake.Now.AddDays(1)));
        context.Produce(step, new GuardProof(7));
        Assert.That(context.State.Safety!.At, Is.EqualTo(Fake.Now.AddDays(1)));
        Assert.That(context.State.Guard!.Entrypoints, Is.EqualTo(7));
    }

    [Test]
    public async Task Block_a_step_whose_input_no_step_has_made_and_name_both()
    {
        using var project = new GatedProject();
        await using var run = new GateRunner(Fake.Context(project));
        var report = await run.ExecuteAsync(new Chained(), default);

        var problem = report.Result.AllProblems.Single();
        Assert.That(
            (problem.Code.Id, problem.Message),
            Is.EqualTo(("DBG0561", "chained needs a verified backup of the same run, and there is none")));
        Assert.That(problem.Cause, Does.Contain("backup-first"));
        Assert.That(run.Context.State.Guard, Is.Null, "a blocked step establishes nothing");
    }

    [Test]
    public async Task Hand_what_one_step_establishes_to_the_next()
    {
        using var project = new GatedProject();
        var backup = new BackupProof(new("1", 1, "shop", 170000, false), "/backups/x.sql.gz", new string('a', 64), Fake.Now, "L1");
        await using var run = new GateRunner(new GateContext(project.Read(), state: new ReleaseState { Backup = backup }));
        var report = await run.ExecuteAsync(new Chained(), default);

        Assert.That((report.Result.IsBlocking, report.Result.Summary), Is.EqualTo((false, "/backups/x.sql.gz")));
        Assert.That(run.Context.State.Guard!.Entrypoints, Is.EqualTo(1));
    }

    [TestCase(
        "production", new[] { "backup.level: l1 → l3", "rehearsal: auto → off" },
        Description = "a first release: both differ from the defaults")]
    [TestCase("staging", new string[0])]
    public async Task Report_the_rules_that_a_commit_changes(string environment, string[] expected)
    {
        using var project = new GatedProject().With("dbgate.json", "{ \"rehearsal\": \"off\",\n \"backup\": { \"level\": \"L3\" } }");
        await using var run = new GateRunner(new GateContext(project.Read(options: new() { ["environment"] = environment })));
        var report = run.Report();

        Assert.That(report.RulesChanged.Select(rule => $"{rule.Name}: {rule.Before} → {rule.After}"), Is.EqualTo(expected));
        Assert.That(
            JsonReport.Render(report),
            expected.Length > 0 ? Does.Contain("\"location\": \"dbgate.json:2\"") : Does.Contain("\"rulesChanged\": []"));
    }

    /// <summary>The command was started where no project of DbGate's is.</summary>
    [Test]
    public async Task Leave_nothing_where_an_approval_is_refused_in_a_foreign_folder()
    {
        using var project = new GatedProject();
        await using var run =
            new GateRunner(
                new GateContext(
                    project.Read(options: new() { ["environment"] = "production", ["plan"] = new string('a', 64), ["by"] = "ben" })));

        await run.ExecuteAsync(new ApproveStep(), default);
        var report = await run.RecordAsync();

        Assert.That(report.AllProblems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0530" }));
        Assert.That(Directory.EnumerateFileSystemEntries(project.Root), Is.Empty);
    }

    static async Task<GateReport> RunAsync(
        Func<GateContext, CancellationToken, Task<StepResult>> step, CancellationToken cancellationToken = default)
    {
        using var project = new GatedProject();
        await using var run = new GateRunner(Fake.Context(project));
        await run.ExecuteAsync(Fake.Step(step), cancellationToken);
        return run.Report();
    }

    sealed class Chained : IConsumes<BackupProof>, IProduces<GuardProof>, IProduces<SafetyProof>
    {
        public StepDescriptor Descriptor { get; } = new("chained", "fake");

        public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationSource)
        {
            var backup = context.Consume(this);
            context.Produce(this, new GuardProof(1));
            return Task.FromResult(new StepResult { Summary = backup.Location });
        }
    }
}
