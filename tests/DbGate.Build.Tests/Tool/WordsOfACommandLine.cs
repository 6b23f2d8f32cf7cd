using DbGate.Tool.CommandLine;

namespace DbGate.Build.Tests.Tool;

[Parallelizable(ParallelScope.All)]
public sealed class WordsOfACommandLine
{
    [TestCase("release|--environment=production", ExpectedResult = "--target=release --environment=production")]
    [TestCase("release|--environment|production", ExpectedResult = "--target=release --environment=production")]
    [TestCase("--environment|production|release", ExpectedResult = "--target=release --environment=production")]
    [TestCase("--json|stats", ExpectedResult = "--target=stats --json")]
    [TestCase("stats|--json|false", ExpectedResult = "--target=stats --json=false")]
    [TestCase("-t|stats|-e|-v|quiet", ExpectedResult = "--target=stats --exclusive --verbosity=quiet")]
    [TestCase("--target=plan|stats", ExpectedResult = "--target=plan --target=stats")]
    [TestCase("guard|--command=npx prisma db push --help", ExpectedResult = "--target=guard --command=npx prisma db push --help")]
    public string Become_the_hosts(string args) => string.Join(' ', Words.Read(args.Split('|')).ForHost());

    [TestCase("help", "release")]
    [TestCase("release", "--help")]
    [TestCase("--help", "release")]
    [TestCase("release", "-h")]
    public void Ask_for_a_tasks_help(params string[] args)
    {
        var words = Words.Read(args);

        Assert.That(words.AsksForHelp, Is.True);
        Assert.That(words.Tasks, Is.EqualTo(new[] { "release" }));
    }

    [Test]
    public void Leave_the_settings_without_the_hosts_options() =>
        Assert.That(
            Words.Read(["release", "--dryrun", "--environment=staging", "--environment=production", "--json", "--working=/tmp"]).Settings,
            Is.EquivalentTo(new Dictionary<string, string> { ["environment"] = "production", ["json"] = "" }));

    [Test]
    public void Without_a_task_are_no_run_that_passes() =>
        Assert.That((Words.Read([]).NeedsTask, Words.Read(["--environment=production"]).NeedsTask, Words.Read(["--tree"]).NeedsTask), Is.EqualTo((true, true, false)));
}
