using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Cli.CommandLine;
using DbGate.Cli.Help;

namespace DbGate.Build.Tests.Tool;

[Parallelizable(ParallelScope.All)]
public sealed class HelpPages
{
    static IEnumerable<string> Names => TaskCatalog.All.Select(task => task.Name);

    [Test]
    public void List_every_task_under_what_a_person_wants_to_do() =>
        Assert.That(HelpPage.Groups.SelectMany(group => group.Tasks).Select(task => task.Name), Is.EquivalentTo(Names));

    [TestCaseSource(nameof(Names))]
    public void Have_examples_that_the_tool_takes(string task)
    {
        foreach (var example in KnownTasks.Get(task).Examples)
        {
            var line = CommandLineParser.Parse(Split(example)[1..]);

            Assert.That(line.Tasks, Is.EqualTo(new[] { task }), example);
            Assert.That(() => SettingsReader.CheckOptions(line.Settings), Throws.Nothing, example);
        }
    }

    [Test]
    public void Of_a_release_tell_what_runs_before_it_and_its_options()
    {
        var page = HelpPage.From(KnownTasks.Get("release"));

        Assert.That(
            page,
            Does.Contain("forbid-db-push, production-safety, backup-first, rehearse, compatibility, plan, migrate-deploy, verify-ready"));
        Assert.That(
            page,
            Does.Contain("--engine=<prisma|direct>").And.Contain("--backup-max-age=<duration>").And.Contain(
                "dbgate release --environment=production --dryrun"));
    }

    [Test]
    public void Hold_no_secret_setting() =>
        Assert.That(
            Names.Select(name => HelpPage.From(KnownTasks.Get(name))).Append(HelpPage.Overview("1.0.0")),
            Has.None.Contains("--database-url=").And.None.Contains("--signing-key"));

    [TestCase("DBG0401")]
    [TestCase("dbg0070")]
    public void Of_problems_are_their_pages(string code) =>
        Assert.That(ProblemPage.Find(code), Does.StartWith($"# {code.ToUpperInvariant()}: "));

    [TestCase("DBG9999")]
    [TestCase("release")]
    [TestCase("DBG")]
    [TestCase("")]
    public void Of_no_problem_are_none(string code) => Assert.That(ProblemPage.Find(code), Is.Null);

    [TestCase("explain")]
    [TestCase("help")]
    [TestCase("completion")]
    [TestCase("version")]
    public void List_and_describe_the_commands_that_are_not_tasks(string name)
    {
        Assert.That(HelpPage.Overview("1.0.0"), Does.Match($"\n  {name} +[A-Z]"));
        Assert.That(HelpPage.From(ToolCommand.Find(name)!), Does.Contain($"usage  dbgate {name}"));
    }

    [TestCase("relase", "release")]
    [TestCase("verifyready", "verify-ready")]
    public void Are_offered_under_the_nearest_name(string typed, string meant) =>
        Assert.That(
            () => KnownTasks.Get(typed),
            Throws.TypeOf<GateException>().With.Property("Problem").Property("Fix").Property("Sentence").Contains($"{meant}?"));

    static string[] Split(string line) =>
        [.. System.Text.RegularExpressions.Regex.Matches(line, "(?:\"[^\"]*\"|[^ ])+")
            .Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal))];
}
