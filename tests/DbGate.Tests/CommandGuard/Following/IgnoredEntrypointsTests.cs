using DbGate.CommandGuard;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Tests.CommandGuard.Following;

[Parallelizable(ParallelScope.All)]
public sealed class IgnoredEntrypointsTests
{
    static readonly GuardPolicy All = new() { Ignore = ["**"] };

    [Test]
    public void A_policy_that_ignores_every_entrypoint_blocks_and_is_named_with_its_line()
    {
        var report =
            new GuardCase(
                "ignored", [],
                [("package.json", """{ "scripts": { "start": "npx prisma db push" } }"""),
                    ("dbgate.json", "{\n  \"guard\": { \"ignore\": [\"**\"] }\n}\n")]).Inspect(All);
        var problem = CommandGuardProblems.From(report).Single(problem => problem.IsBlocking);

        Assert.That(
            (report.Blocks, problem.Code.Id, problem.Location?.ToString(), problem.Cause),
            Is.EqualTo((true, "DBG0408", "dbgate.json:2", "package.json; every entrypoint of the project is ignored")));
    }

    [Test]
    public void A_policy_file_that_ignores_every_entrypoint_is_named_with_its_line()
    {
        using var project = new GatedProject().With("package.json", """{ "scripts": { "start": "npx prisma db push" } }""");
        var policy = Path.Combine(Path.GetTempPath(), $"policy-{Guid.NewGuid():N}.json");
        File.WriteAllText(policy, "{\n  \"guard\": {\n    \"ignore\": [\"**\"] }\n}\n");
        try
        {
            var settings = project.Read(options: new() { ["environment"] = "production", ["policy-file"] = policy });
            var report = Guard.Inspect(GuardRequests.For(new GateContext(settings)));
            var problem = CommandGuardProblems.From(report).Single(problem => problem.Code.Id == "DBG0408");

            Assert.That((problem.Location?.ToString(), $"{problem.Fix}"), Is.EqualTo(
                ($"{Path.GetFileName(policy)}:3",
                    $"Remove the glob from guard.ignore in {Path.GetFileName(policy)}, or make it narrower.")));
        }
        finally
        {
            File.Delete(policy);
        }
    }

    [Test]
    public void A_policy_that_ignores_some_entrypoints_is_named_and_does_not_block()
    {
        var report =
            new GuardCase(
                "ignored", [],
                [("package.json", """{ "scripts": { "start": "node ." } }"""), ("legacy/Procfile", "web: npx prisma db push\n")])
                    .Inspect(new GuardPolicy { Ignore = ["legacy/**"] });

        Assert.That(
            (report.Blocks, report.Ignored.Single().Pattern, report.Ignored.Single().Files.Single()),
            Is.EqualTo((false, "legacy/**", "legacy/Procfile")));
    }

    [Test]
    public void A_project_without_entrypoints_is_named()
    {
        var problem = CommandGuardProblems.From(new GuardCase("nothing", [], [("README.md", "hello\n")]).Inspect()).Single();

        Assert.That((problem.Code.Id, problem.IsBlocking), Is.EqualTo(("DBG0409", false)));
    }

    [Test]
    public void A_project_without_entrypoints_blocks_where_the_policy_requires_some()
    {
        var report = new GuardCase("nothing", [], [("README.md", "hello\n")]).Inspect(new GuardPolicy { RequireEntrypoints = true });

        Assert.That((report.Blocks, CommandGuardProblems.From(report).Single().IsBlocking), Is.EqualTo((true, true)));
    }
}
