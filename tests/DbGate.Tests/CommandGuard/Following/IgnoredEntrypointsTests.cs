using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard.Following;

[Parallelizable(ParallelScope.All)]
public sealed class IgnoredEntrypointsTests
{
    static readonly GuardPolicy All = new() { Ignore = ["**"] };

    [Test]
    public void A_policy_that_ignores_every_entrypoint_blocks_and_is_named_with_its_line()
    {
        var report = new GuardCase("ignored", [], [("package.json", """{ "scripts": { "start": "npx prisma db push" } }"""), ("dbgate.json", "{\n  \"guard\": { \"ignore\": [\"**\"] }\n}\n")]).Inspect(All);
        var problem = CommandGuardProblems.Of(report).Single(problem => problem.IsBlocking);

        Assert.That((report.Blocks, problem.Code.Id, problem.Location?.ToString(), problem.Cause), Is.EqualTo((true, "DBG0408", "dbgate.json:2", "package.json; every entrypoint of the project is ignored")));
    }

    [Test]
    public void A_policy_that_ignores_some_entrypoints_is_named_and_does_not_block()
    {
        var report = new GuardCase("ignored", [], [("package.json", """{ "scripts": { "start": "node ." } }"""), ("legacy/Procfile", "web: npx prisma db push\n")]).Inspect(new GuardPolicy { Ignore = ["legacy/**"] });

        Assert.That((report.Blocks, report.Ignored.Single().Pattern, report.Ignored.Single().Files.Single()), Is.EqualTo((false, "legacy/**", "legacy/Procfile")));
    }

    [Test]
    public void A_project_without_entrypoints_is_named()
    {
        var problem = CommandGuardProblems.Of(new GuardCase("nothing", [], [("README.md", "hello\n")]).Inspect()).Single();

        Assert.That((problem.Code.Id, problem.IsBlocking), Is.EqualTo(("DBG0409", false)));
    }

    [Test]
    public void A_project_without_entrypoints_blocks_where_the_policy_requires_some()
    {
        var report = new GuardCase("nothing", [], [("README.md", "hello\n")]).Inspect(new GuardPolicy { RequireEntrypoints = true });

        Assert.That((report.Blocks, CommandGuardProblems.Of(report).Single().IsBlocking), Is.EqualTo((true, true)));
    }
}
