using DbGate.Problems;
using DbGate.Cli.CommandLine;

namespace DbGate.Build.Tests.Tool;

[NonParallelizable] // captures the console
public sealed class TaskRuns
{
    [Test]
    public void Say_in_a_dry_run_what_exclusive_tasks_run() =>
        Assert.That(Steps("plan", "stats", "--exclusive", "--dryrun"), Is.EqualTo(new[] { "plan", "stats" }));

    [Test]
    public void Say_in_a_dry_run_what_runs_before_a_task() =>
        Assert.That(
            Steps("plan", "--dryrun"),
            Is.EqualTo(new[] { "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan" }));

    [TestCase("DBG0128", "release", "--exclusive", "--dryrun")]
    [TestCase("DBG0073", "stats", "--verbosity=loud")]
    [TestCase("DBG0073", "stats", "--working=/no/such/folder")]
    [TestCase("DBG0001", "stats", "--exat")]
    [TestCase("DBG0070", "stast")]
    public void Are_refused_before_anything_runs(string code, params string[] args) =>
        Assert.That(
            () => TaskRun.Run(CommandLineParser.Parse(args)),
            Throws.TypeOf<GateException>().With.Property("Problem").Property("Code").Property("Id").EqualTo(code));

    static IEnumerable<string> Steps(params string[] args)
    {
        var (before, text) = (Console.Out, new StringWriter());
        Console.SetOut(text);
        try
        {
            Assert.That(TaskRun.Run(CommandLineParser.Parse(args)), Is.Zero);
        }
        finally
        {
            Console.SetOut(before);
        }

        return text.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("would run", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
    }
}
