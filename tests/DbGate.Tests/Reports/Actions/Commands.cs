using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Reports.Actions;

namespace DbGate.Tests.Reports.Actions;

[Parallelizable(ParallelScope.All)]
public sealed class Commands
{
    static readonly ProblemCode Code = new("DBG0205", "An applied migration was edited", ExitCode.Blocked);

    [TestCase("all is well\n")]
    [TestCase("time 12::30::00, and a :: in the middle\n")]
    public void Leave_harmless_text_alone(string text) => Assert.That(WorkflowCommands.Fence(text, "t0"), Is.EqualTo(text));

    [TestCase("first\n::set-output name=verdict::pass\n")]
    [TestCase("first\n   ::add-mask::x")]
    [TestCase("Applying ##[error]forged\n")]
    public void Fence_what_would_command_the_runner(string text) =>
        Assert.That(WorkflowCommands.Fence(text, "t0"), Is.EqualTo($"::stop-commands::t0\n{text.TrimEnd('\n')}\n::t0::\n"));

    [Test]
    public void Keep_a_masked_secret_in_one_line() =>
        Assert.That(WorkflowCommands.Mask("100%\nsure\r"), Is.EqualTo("::add-mask::100%25%0Asure%0D"));

    [Test]
    public void Cannot_be_ended_early_by_a_title() =>
        Assert.That(WorkflowCommands.Group("backup\n::error::x"), Is.EqualTo("::group::backup ::error::x"));

    [Test]
    public void Name_the_file_as_the_checkout_does() => Assert.That(
        Annotations.From(
            Problem(1) with { Location = new SourceLocation("prisma/a,b:c.sql", 7, 3), Fix = "100% sure" }, new Checkout("services/api")),
        Is.EqualTo(
            "::error file=services/api/prisma/a%2Cb%3Ac.sql,line=7,col=3,title=DBG0205 An applied migration was edited::problem 1%0Afix: "
                + "100%25 sure"));

    [Test]
    public void Are_at_most_ten_of_a_level_and_count_the_rest()
    {
        var problems = Enumerable.Range(1, 12).Select(Problem)
            .Concat(Enumerable.Range(1, 10)
            .Select(number => Problem(number) with { Severity = Severity.Warning, Location = new SourceLocation("a.sql", number) }));
        var lines = Annotations.Render(problems);

        Assert.That(lines.Count(line => line.StartsWith("::error ", StringComparison.Ordinal)), Is.EqualTo(10));
        Assert.That(lines[8], Does.Contain("problem 9"));
        Assert.That(lines[9], Is.EqualTo("::error title=DbGate::and 3 more; the step's summary and the report list them all"));
        Assert.That(lines.Count(line => line.StartsWith("::warning ", StringComparison.Ordinal)), Is.EqualTo(10));
        Assert.That(lines[^1], Does.Contain("problem 10"));
    }

    [Test]
    public void Do_not_annotate_a_warning_without_a_place() =>
        Assert.That(Annotations.Render([Problem(1) with { Severity = Severity.Warning }]), Is.Empty);

    [TestCase("20261101_a/migration.sql", "services/api/db/migrations/20261101_a/migration.sql")]
    [TestCase("services/db/migrations/20261101_a/migration.sql", "services/api/db/migrations/20261101_a/migration.sql")]
    [TestCase("migration.sql", "services/api/migration.sql")]
    [TestCase("../common/start.sh", "services/common/start.sh")]
    [TestCase("../../../start.sh", "../start.sh")]
    public void Name_a_file_where_the_checkout_has_it(string file, string name) =>
        Assert.That(new Checkout("services/api", "db/migrations").Name(file), Is.EqualTo(name));

    [Test]
    public void Know_where_the_migrations_are()
    {
        using var project = new GatedProject().With("dbgate.json", """{ "migrations": { "folder": "../db/steps" } }""");

        Assert.That(ProjectCheckout.Find(project.Read()).Migrations, Is.EqualTo("../db/steps"));
    }

    [Test]
    public void Find_the_projects_folder_in_its_checkout()
    {
        using var checkout = new GatedProject().With(".git/HEAD", "ref: refs/heads/main\n").With("services/api/dbgate.json", "{}");

        Assert.That(Checkout.FolderOf(checkout.Of("services/api")), Is.EqualTo("services/api"));
        Assert.That(Checkout.FolderOf(checkout.Root), Is.Empty);
    }

    static Problem Problem(int number) => new(Code, $"problem {number}");
}
