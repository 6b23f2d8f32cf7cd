using System.Text.RegularExpressions;
using DbGate.Checks;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Tests.Architecture;

[Parallelizable(ParallelScope.All)]
public sealed partial class Steps
{
    static readonly IStep[] All =
    [
        .. typeof(IStep).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IStep)) && !type.IsAbstract && type.GetConstructor([]) is not null)
            .Select(type => (IStep)Activator.CreateInstance(type)!),
    ];

    static IEnumerable<ICheck> Checks => CheckCatalog.Ready.Concat(CheckCatalog.BeforeRelease);

    [Test]
    public void Have_kebab_case_names_of_their_own()
    {
        Assert.That(All, Is.Not.Empty);

        // A task may have a step of its own for when it runs alone: it has the task's name.
        var alone = TaskCatalog.All.Select(task => task.Alone?.Step().GetType()).ToArray();
        Assert.That(
            All.Where(step => !alone.Contains(step.GetType())).Select(step => step.Descriptor.Name),
            Is.Unique.And.All.Matches<string>(Kebab().IsMatch));
    }

    [Test]
    public void Have_a_text_for_a_dry_run() =>
        Assert.That(All.Where(step => step.Descriptor.DryRun.Length == 0), Is.Empty);

    [Test]
    public void Of_checks_have_camel_case_names() =>
        Assert.That(Checks.Select(check => check.Descriptor.Name), Has.All.Matches<string>(Camel().IsMatch));

    [Test]
    public void Of_checks_have_a_page() =>
        Assert.That(
            Checks.Select(check => check.Descriptor.HelpPage).Where(page => !File.Exists(Path.Combine(Repository.Root, page))), Is.Empty);

    [Test]
    public void Of_readiness_are_those_of_the_contract() =>
        Assert.That(
            CheckCatalog.Ready.Select(check => check.Descriptor.Name),
            Is.SubsetOf(new[] { "migrations", "databaseSafety", "backupConfig" }),
            "/ready has only these; a new check belongs into CheckCatalog.BeforeRelease");

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Kebab();

    [GeneratedRegex("^[a-z]+([A-Z][a-z]+)*$")]
    private static partial Regex Camel();
}
