using System.Globalization;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class GateRunners
{
    [Test]
    public async Task Show_each_step_then_the_verdict_and_write_the_report()
    {
        using var project = new GatedProject();
        var display = new Journal();
        await using var runner = Runner(project, display);
        var written = await runner.RunAsync([Fake.Step()], CancellationToken.None);

        Assert.That(display.Entries, Is.EqualTo(new[] { "fake-step", "Pass" }));
        Assert.That(written!.Path, Does.Exist.And.StartsWith(project.Root));
        Assert.That(runner.Failure, Is.Null);
    }

    [Test]
    public async Task Refuse_a_run_without_a_gate()
    {
        using var project = new GatedProject();
        await using var runner = Runner(project, new Journal());
        var written = await runner.RunAsync([], CancellationToken.None);

        Assert.That((written, runner.Failure), Is.EqualTo(((WrittenReport?)null, ExitCode.Usage)));
    }

    [Test]
    public async Task Stop_at_the_first_step_that_blocks_and_list_what_did_not_run()
    {
        using var project = new GatedProject();
        await using var runner = Runner(project, new Journal());
        var written = await runner.RunAsync([Fake.Step(Fake.Problem(code: ExitCode.Locked)), new Named("later")], CancellationToken.None);

        Assert.That(runner.Failure, Is.EqualTo(ExitCode.Locked));
        Assert.That(written!.Report.Steps, Has.Length.EqualTo(1));
        Assert.That(written.Report.NotChecked, Is.EqualTo(new[] { "later did not run" }));
    }

    [Test]
    public async Task Block_on_wrong_settings_before_any_step()
    {
        using var project = new GatedProject();
        var display = new Journal();
        await using var runner = Runner(project, display, ("enviroment", "production"));
        var written = await runner.RunAsync([Fake.Step()], CancellationToken.None);

        Assert.That(display.Entries, Is.EqualTo(new[] { "DBG0001" }));
        Assert.That((runner.Failure, written), Is.EqualTo(((ExitCode?)ExitCode.Usage, (WrittenReport?)null)));
    }

    [Test]
    public async Task Block_when_the_report_cannot_be_written()
    {
        using var project = new GatedProject().With("occupied", "no folder");
        await using var runner = Runner(project, new Journal(), ("reports-folder", "occupied/reports"));
        var written = await runner.RunAsync([Fake.Step()], CancellationToken.None);

        Assert.That((runner.Failure, written!.Path), Is.EqualTo(((ExitCode?)ExitCode.Environment, (string?)null)));
    }

    [Test]
    public async Task Give_the_same_texts_under_every_culture_of_their_host()
    {
        using var project = new GatedProject();
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        foreign.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = foreign;
        try
        {
            await using var runner = Runner(project, new Journal());
            var step = Fake.Step(async (_, _) =>
            {
                await Task.Yield();
                return new StepResult { Summary = $"{1.5}" };
            });
            var written = await runner.RunAsync([step], CancellationToken.None);

            Assert.That(written!.Report.Steps.Single().Result.Summary, Is.EqualTo("1.5"));
            Assert.That($"{1.5}", Is.EqualTo("1,5"), "the host's own culture stays");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>A build runs the prerequisites of a task before it; with such an option the first of them ends the run.</summary>
    [Test]
    public async Task Refuse_a_task_that_runs_alone_among_others()
    {
        using var project = new GatedProject();
        var display = new Journal();
        await using var runner = Runner(project, display, ("from-schema", ""));
        var report = await runner.ExecuteAsync(new DbGate.Gates.Steps.BackupFirstStep(), CancellationToken.None);

        Assert.That(report.Result.Problems.Single().Code.Id, Is.EqualTo("DBG0548"));
        Assert.That(runner.Failure, Is.EqualTo(ExitCode.Usage));
    }

    static GateRunner Runner(GatedProject project, Journal display, params (string Option, string Value)[] options) =>
        new(new GateInput(
            options.ToDictionary(option => option.Option, option => option.Value), new Dictionary<string, string>(), project.Root),
            display);

    sealed class Journal : IGateDisplay
    {
        public List<string> Entries { get; } = [];

        public IProgressDisplay Progress => GateServices.Real.Progress;

        public void Show(StepReport step) => Entries.Add(step.Step.Name);

        public void Show(Problem problem) => Entries.Add(problem.Code.Id);

        public void ShowVerdict(GateReport report, string? path) => Entries.Add($"{report.Verdict}");
    }

    sealed class Named(string name) : IStep
    {
        public StepDescriptor Descriptor { get; } = new(name, "fake");

        public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("must not run");
    }
}
