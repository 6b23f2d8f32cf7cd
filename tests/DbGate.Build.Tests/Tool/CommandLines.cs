using DbGate.Configuration;
using DbGate.Cli.CommandLine;

namespace DbGate.Build.Tests.Tool;

[Parallelizable(ParallelScope.All)]
public sealed class CommandLines
{
    [TestCase("release|--environment=production", ExpectedResult = "--target=release --environment=production")]
    [TestCase("release|--environment|production", ExpectedResult = "--target=release --environment=production")]
    [TestCase("--environment|production|release", ExpectedResult = "--target=release --environment=production")]
    [TestCase("--json|stats", ExpectedResult = "--target=stats --json")]
    [TestCase("stats|--json|false", ExpectedResult = "--target=stats --json=false")]
    [TestCase("stats|--json=0", ExpectedResult = "--target=stats --json=false")]
    [TestCase("-t|stats|-e|-v|quiet", ExpectedResult = "--target=stats --exclusive --verbosity=quiet")]
    [TestCase("--target=plan|stats", ExpectedResult = "--target=stats --target=plan")]
    [TestCase("--target=plan|--target|stats", ExpectedResult = "--target=plan --target=stats")]
    [TestCase("stats|--whatif|-w|/tmp", ExpectedResult = "--target=stats --dryrun --working=/tmp")]
    [TestCase("guard|--command=npx prisma db push --help", ExpectedResult = "--target=guard --command=npx prisma db push --help")]
    [TestCase("guard|--command|npx --yes a=b:c", ExpectedResult = "--target=guard --command=npx --yes a=b:c")]
    [TestCase("approve|--by=@ana", ExpectedResult = "--target=approve --by=@ana", Description = "no file of arguments")]
    [TestCase("approve|--by|@ana", ExpectedResult = "--target=approve --by=@ana")]
    [TestCase("@ana", ExpectedResult = "--target=@ana")]
    [TestCase("release|--plan", ExpectedResult = "--target=release --plan")]
    [TestCase("release|--plan|--json", ExpectedResult = "--target=release --json --plan")]
    [TestCase(
        "release|--enviroment=production", ExpectedResult = "--target=release --enviroment=production",
        Description = "refused later, with the nearest name")]
    [TestCase("release|-x", ExpectedResult = "--target=release --x")]
    [TestCase("--|release", ExpectedResult = "--target=release")]
    public string Are_read(string args)
    {
        var line = CommandLineParser.Parse(args.Split('|'));
        return string.Join(
            ' ',
            [
                .. line.Tasks.Select(task => $"--target={task}"),
                .. line.IsExclusive ? ["--exclusive"] : Array.Empty<string>(),
                .. line.IsDryRun ? ["--dryrun"] : Array.Empty<string>(),
                .. line.Working is null ? Array.Empty<string>() : [$"--working={line.Working}"],
                .. line.Verbosity is null ? Array.Empty<string>() : [$"--verbosity={line.Verbosity}"],
                .. line.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal)
                    .Select(setting => setting.Value.Length == 0 ? $"--{setting.Key}" : $"--{setting.Key}={setting.Value}"),
            ]);
    }

    [TestCase("help", "release")]
    [TestCase("release", "--help")]
    [TestCase("--help", "release")]
    [TestCase("release", "-h")]
    [TestCase("release", "-?")]
    public void Ask_for_a_tasks_help(params string[] args)
    {
        var line = CommandLineParser.Parse(args);

        Assert.That(line.AsksForHelp, Is.True);
        Assert.That(line.Tasks, Is.EqualTo(new[] { "release" }));
    }

    [Test]
    public void Take_the_last_of_several_values() =>
        Assert.That(
            CommandLineParser.Parse(
                ["release", "--dryrun", "--environment=staging", "--environment=production", "--json", "--working=/tmp"]).Settings,
            Is.EquivalentTo(new Dictionary<string, string> { ["environment"] = "production", ["json"] = "" }));

    [TestCase("--json", ExpectedResult = true)]
    [TestCase("--json=true", ExpectedResult = true)]
    [TestCase("--json|--json=false", ExpectedResult = false)]
    [TestCase("--environment=production", ExpectedResult = false)]
    public bool Tell_who_reads_standard_output(string args) => CommandLineParser.Parse(args.Split('|')).IsJson;

    [Test]
    public void Leave_the_value_of_a_switch_that_is_neither_true_nor_false_to_the_settings() =>
        Assert.That(CommandLineParser.Parse(["stats", "--exact=maybe"]).Settings["exact"], Is.EqualTo("maybe"));

    [Test]
    public void Have_every_option_of_the_settings()
    {
        var args =
            SettingsCatalog.All.Where(setting => setting is { IsSecret: false, Option: not null, IsSwitch: false })
                .Select(setting => $"--{setting.Option}=x")
                .ToArray();

        Assert.That(CommandLineParser.Parse(args).Settings, Has.Count.EqualTo(args.Length));
        Assert.That(CommandLineParser.Parse(args).Tasks, Is.Empty);
    }
}
