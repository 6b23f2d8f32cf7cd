using Cake.Core.Diagnostics;
using Cake.Frosting;
using DbGate.Frosting;
using DbGate.Problems;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Build.Tests.Frosting;

[TestFixture]
[NonParallelizable] // A host writes to the console and enters the working directory.
public sealed class GateHosts
{
    [Test]
    public void End_with_the_code_of_the_first_failure() => Assert.That(Run("--target=decided"), Is.EqualTo((int)ExitCode.Locked));

    [Test]
    public void End_with_0_when_all_holds() => Assert.That(Run("--target=first"), Is.EqualTo((int)ExitCode.Pass));

    [Test]
    public void End_with_usage_when_an_option_value_is_wrong() => Assert.That(Run("--verbosity=loud"), Is.EqualTo((int)ExitCode.Usage));

    [TestCase("--target=frist")]
    [TestCase("--target", "frist")]
    [TestCase("-t", "frist")]
    [TestCase("--target=first", "--target=no-such-task")]
    public void End_with_usage_when_a_target_is_unknown(params string[] args) => Assert.That(Run(args), Is.EqualTo((int)ExitCode.Usage));

    [Test]
    public void End_with_an_internal_fault_when_a_task_fails_without_a_code() =>
        Assert.That(Run("--target=failing"), Is.EqualTo((int)ExitCode.InternalFault));

    [Test]
    public void Keep_the_lifetimes_of_the_build()
    {
        var (code, journal) = RunWhole("--target=second");

        Assert.That(code, Is.Zero);
        Assert.That(
            journal.Entries,
            Is.EqualTo(
                new[] { "setup second", "before first", "first", "after first", "before second", "second", "after second",
                    "teardown True" }));
    }

    [Test]
    public void End_the_lifetime_of_the_build_after_a_gate_that_blocks()
    {
        var project = Directory.CreateTempSubdirectory("dbgate-host-");
        try
        {
            File.WriteAllText(Path.Combine(project.FullName, "Dockerfile"), "FROM node:22\nCMD [\"npx\", \"prisma\", \"db\", \"push\"]\n");
            var (code, journal) = RunWhole("--target=forbid-db-push", $"--project={project.FullName}", "--environment=production");

            Assert.That(code, Is.EqualTo((int)ExitCode.Blocked));
            Assert.That(
                journal.Entries,
                Is.EqualTo(new[] { "setup forbid-db-push", "before forbid-db-push", "after forbid-db-push", "teardown False" }));
            Assert.That(Directory.GetFiles(project.FullName, "report.json", SearchOption.AllDirectories), Has.Length.EqualTo(1));
        }
        finally
        {
            project.Delete(recursive: true);
        }
    }

    [Test]
    public void Refuse_a_misspelt_option_whatever_tasks_run()
    {
        var (code, journal) = RunWhole("--target=second", "--configuratoin=Release");

        Assert.That(code, Is.EqualTo((int)ExitCode.Usage));
        Assert.That(journal.Entries, Is.Empty);
    }

    [Test]
    public void Take_an_option_of_the_build() => Assert.That(RunWhole("--target=second", "--configuration=Release").Code, Is.Zero);

    [Test]
    public void End_with_an_internal_fault_when_a_task_of_the_build_fails_under_its_own_lifetime()
    {
        var (code, journal) = RunWhole("--target=failing");

        Assert.That(code, Is.EqualTo((int)ExitCode.InternalFault));
        Assert.That(journal.Entries, Does.Contain("teardown False"));
    }

    [Test]
    public void Keep_the_log_of_the_build()
    {
        var log = new RecordingLog();
        var code = new CakeHost()
            .AddAssembly(typeof(GateHosts).Assembly)
            .UseContext<SampleContext>()
            .ConfigureServices(services => services.AddSingleton(new Journal()).AddSingleton<ICakeLog>(log))
            .RunGates(["--target=warning"]);

        Assert.That(code, Is.Zero);
        Assert.That(log.Lines, Does.Contain("Warning: careful"));
    }

    [Test]
    public void Show_the_warnings_of_the_build()
    {
        var (before, text) = (Console.Out, new StringWriter());
        Console.SetOut(text);
        try
        {
            new CakeHost()
                .AddAssembly(typeof(GateHosts).Assembly)
                .UseContext<SampleContext>()
                .ConfigureServices(services => services.AddSingleton(new Journal()))
                .RunGates(["--target=warning"]);
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.That(text.ToString(), Does.Contain("careful").And.Not.Contain("warning\n===="));
    }

    [Test]
    public void Write_the_report_of_a_build_that_runs_itself()
    {
        var project = Directory.CreateTempSubdirectory("dbgate-host-");
        try
        {
            new CakeHost()
                .AddAssembly(typeof(GateHosts).Assembly)
                .UseContext<SampleContext>()
                .ConfigureServices(services => services.AddSingleton(new Journal()).AddSingleton<ICakeLog, NullLog>())
                .AddDbGate()
                .Run(["--target=forbid-db-push", $"--project={project.FullName}"]);

            Assert.That(Directory.GetFiles(project.FullName, "report.json", SearchOption.AllDirectories), Has.Length.EqualTo(1));
        }
        finally
        {
            project.Delete(recursive: true);
        }
    }

    static (int Code, Journal Journal) RunWhole(params string[] args)
    {
        var journal = new Journal();
        var code = new CakeHost()
            .AddAssembly(typeof(GateHosts).Assembly)
            .UseContext<SampleContext>()
            .UseLifetime<SampleLifetime>()
            .UseTaskLifetime<SampleTaskLifetime>()
            .ConfigureServices(services => services.AddSingleton(journal).AddSingleton<ICakeLog, NullLog>())
            .RunGates(args, "configuration");
        return (code, journal);
    }

    static int Run(params string[] args) => new CakeHost()
        .AddAssembly(typeof(GateHosts).Assembly)
        .UseContext<SampleContext>()
        .ConfigureServices(services => services.AddSingleton(new Journal()).AddSingleton<ICakeLog, NullLog>())
        .RunGates(args);
}
