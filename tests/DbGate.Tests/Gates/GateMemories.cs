using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Progress;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GateMemories
{
    static readonly IStep[] Pure = [new ForbidDbPushStep()];

    GatedProject project = null!;

    [SetUp]
    public void MakeProject() => project = new GatedProject()
        .With("Dockerfile", "FROM node:22\nCMD [\"./start.sh\"]\n")
        .With("start.sh", "#!/bin/sh\nnpx prisma migrate deploy\n");

    [TearDown]
    public void Remove() => project.Dispose();

    [Test]
    public async Task Hold_while_nothing_changes()
    {
        var report = await RunAsync(Input());

        Assert.That(Recall(Input()), Is.EqualTo(report));
    }

    [TestCase("start.sh", "#!/bin/sh\nnpx prisma db push\n", TestName = "End_when_a_script_changes")]
    [TestCase("start.sh", "#!/bin/sh\nnpx prisma migrate status\n", TestName = "End_when_a_script_changes_in_what_is_harmless")]
    [TestCase("Procfile", "release: npx prisma db push\n", TestName = "End_when_a_file_comes")]
    [TestCase(".env.production", "PRISMA_DB_PUSH_ALLOWED=true\n", TestName = "End_when_an_environment_file_comes")]
    [TestCase("dbgate.json", """{ "guard": { "ignore": ["start.sh"] } }""", TestName = "End_when_the_guards_policy_changes")]
    public async Task End_with(string file, string text)
    {
        await RunAsync(Input());
        project.With(file, text);

        Assert.That(Recall(Input()), Is.Null);
    }

    [Test]
    public async Task End_when_a_file_goes()
    {
        await RunAsync(Input());
        File.Delete(project.Of("start.sh"));

        Assert.That(Recall(Input()), Is.Null);
    }

    [Test]
    public async Task End_when_a_file_with_the_same_length_and_time_holds_something_else()
    {
        await RunAsync(Input());
        var time = File.GetLastWriteTimeUtc(project.Of("start.sh"));
        project.With("start.sh", "#!/bin/sh\nnpx prisma migrate d3ploy\n");
        File.SetLastWriteTimeUtc(project.Of("start.sh"), time);

        Assert.That(Recall(Input()), Is.Null);
    }

    [Test]
    public async Task End_when_the_environment_or_a_variable_is_another()
    {
        await RunAsync(Input());

        Assert.That(Recall(Input(environment: "staging")), Is.Null);
        Assert.That(Recall(Input(variable: ("PRISMA_DB_PUSH_ALLOWED", "true"))), Is.Null);
    }

    [Test]
    public async Task End_when_the_report_is_gone()
    {
        File.Delete((await RunAsync(Input()))!);

        Assert.That(Recall(Input()), Is.Null);
    }

    [Test]
    public async Task End_with_the_last_day_of_a_waiver()
    {
        project.With(
            "dbgate.json", """{ "waivers": [{ "check": "DBG0104", "reason": "known", "who": "ana", "expires": "2026-11-30" }] }""");
        await RunAsync(Input(), "2026-11-29");

        Assert.That(Recall(Input(), "2026-11-30"), Is.Not.Null);
        Assert.That(Recall(Input(), "2026-12-01"), Is.Null);
    }

    [Test]
    public async Task Are_not_made_of_a_run_that_blocks()
    {
        project.With("start.sh", "#!/bin/sh\nnpx prisma db push\n");
        await RunAsync(Input());

        Assert.That(File.Exists(Path), Is.False);
    }

    [Test]
    public async Task Are_asked_for_pure_steps_only()
    {
        await RunAsync(Input());

        Assert.That(Memory().Recall(Input(), [.. Pure, new ProductionSafetyStep()], CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Hold_nothing_that_cannot_be_read()
    {
        await RunAsync(Input());
        await File.WriteAllTextAsync(Path, "dbgate memory 1\n");

        Assert.That(Recall(Input()), Is.Null);
    }

    string Path => project.Of("obj/dbgate.check");

    UpToDateCheck Memory(string day = "2026-11-25") => new(Path, new FakeClock(DateTimeOffset.Parse($"{day}T12:00:00Z")));

    string? Recall(GateInput input, string day = "2026-11-25") => Memory(day).Recall(input, Pure, CancellationToken.None);

    async Task<string?> RunAsync(GateInput input, string day = "2026-11-25")
    {
        await using var runner = new GateRunner(input, new Silent());
        var written = await runner.RunAsync(Pure, CancellationToken.None);
        Memory(day).Keep(runner.Context, written!, Pure);
        return written!.Path;
    }

    GateInput Input(string environment = "production", (string Name, string Value)? variable = null) => new(
        new Dictionary<string, string> { ["environment"] = environment },
        variable is { } one ? new Dictionary<string, string> { [one.Name] = one.Value } : [],
        project.Root);

    sealed class Silent : IGateDisplay
    {
        public IProgressDisplay Progress => GateServices.Real.Progress;

        public void Show(StepReport step)
        {
        }

        public void Show(DbGate.Problems.Problem problem)
        {
        }

        public void ShowVerdict(GateReport report, string? path)
        {
        }
    }
}
