using Cake.Core.Diagnostics;
using Cake.Frosting;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Build.Tests.Frosting;

/// <summary>
/// What this repository expects of Cake.Frosting. The tests are the same for the package and for its stand-in in build/frosting.
/// </summary>
[TestFixture]
[NonParallelizable] // A host writes to the console and enters the working directory.
public sealed class Hosts
{
    Journal journal = new();

    [SetUp]
    public void Start() => journal = new Journal();

    [Test]
    public void Run_dependencies_first_and_each_once()
    {
        Assert.That(Run("--target=third"), Is.Zero);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "first", "second", "third" }));
    }

    [Test]
    public void Run_several_targets_in_the_given_order_over_one_graph()
    {
        Assert.That(Run("--target=second", "--target=third"), Is.Zero);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "first", "second", "third" }));
    }

    [Test]
    public void Run_only_the_target_when_exclusive()
    {
        Assert.That(Run("--target=third", "--exclusive"), Is.Zero);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "third" }));
    }

    [Test]
    public void Run_a_task_without_work_for_its_dependencies()
    {
        Assert.That(Run("--target", "grouping"), Is.Zero);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "first", "second" }));
    }

    [TestCase("--dryrun")]
    [TestCase("--tree")]
    [TestCase("--description")]
    [TestCase("--version")]
    [TestCase("--info")]
    [TestCase("--help")]
    public void Run_nothing_when_only_asked(string option)
    {
        Assert.That(Run("--target=third", option), Is.Zero);
        Assert.That(journal.Entries, Is.Empty);
    }

    [TestCase("failing", TestName = "End_with_1_when_a_task_fails_whatever_code_it_throws")]
    [TestCase("failing-late", TestName = "End_with_1_when_an_asynchronous_task_fails")]
    [TestCase("no-such-task", TestName = "End_with_1_when_the_target_is_unknown")]
    public void End_with_1(string target) => Assert.That(Run($"--target={target}"), Is.EqualTo(1));

    [Test]
    public void End_with_minus_1_when_an_option_value_is_wrong() => Assert.That(Run("--verbosity=loud"), Is.EqualTo(-1));

    [Test]
    public void Stop_the_chain_at_a_failure_but_run_its_finally()
    {
        Run("--target=after-failing");
        Assert.That(journal.Entries, Is.EqualTo(new[] { "finally" }));
    }

    [Test]
    public void Swallow_a_failure_that_an_error_handler_takes()
    {
        Assert.That(Run("--target=handled"), Is.Zero);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "handled" }));
    }

    [Test]
    public void Tolerate_a_failure_that_is_marked_so() => Assert.That(Run("--target=tolerated"), Is.Zero);

    [Test]
    public void Skip_a_dependency_that_should_not_run()
    {
        Assert.That(Run("--target=after-unwanted"), Is.Zero);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "after-unwanted" }));
    }

    [Test]
    public void End_with_1_when_the_target_itself_should_not_run()
    {
        Assert.That(Run("--target=unwanted"), Is.EqualTo(1));
        Assert.That(journal.Entries, Is.Empty);
    }

    [Test]
    public void Open_and_close_a_run_and_each_task()
    {
        var code = Host().UseLifetime<SampleLifetime>().UseTaskLifetime<SampleTaskLifetime>().Run(["--target=second"]);
        Assert.That(code, Is.Zero);
        Assert.That(
            journal.Entries,
            Is.EqualTo(
                new[] { "setup second", "before first", "first", "after first", "before second", "second", "after second",
                    "teardown True" }));
    }

    [Test]
    public void Close_a_failed_run()
    {
        Host().UseLifetime<SampleLifetime>().Run(["--target=failing"]);
        Assert.That(journal.Entries, Is.EqualTo(new[] { "setup failing", "finally", "teardown False" }));
    }

    [Test]
    public void Leave_out_tasks_whose_context_is_another()
    {
        var code = Bare().Run(["--target=third"]);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(journal.Entries, Is.Empty);
    }

    [Test]
    public void Refuse_a_working_directory_that_does_not_exist() =>
        Assert.That(Host().UseWorkingDirectory("/no/such/folder").Run(["--target=first"]), Is.EqualTo(1));

    int Run(params string[] args) => Host().Run(args);

    CakeHost Host() => Bare().UseContext<SampleContext>();

    CakeHost Bare() => new CakeHost()
        .AddAssembly(typeof(Hosts).Assembly)
        .ConfigureServices(services => services
            .AddSingleton(journal)
            .AddSingleton(new DbGate.Frosting.RunOutcome())
            .AddSingleton<ICakeLog, NullLog>());
}
