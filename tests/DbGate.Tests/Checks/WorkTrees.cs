using DbGate.Checks;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Checks;

[Parallelizable(ParallelScope.All)]
public sealed class WorkTrees
{
    [TestCase(" M prisma/schema.prisma\n?? evil.sh\nD  gone.sql\n", "prisma/schema.prisma, gone.sql", "evil.sh")]
    [TestCase("?? artifacts/dbgate/report.md\n?? backups/x.sql.gz\n?? .env.production\n?? app/.env\n", "", "")]
    [TestCase(" M artifacts/dbgate/committed.md\n M .env\n", "artifacts/dbgate/committed.md, .env", "")]
    [TestCase("", "", "")]
    public void Differ_by_everything_but_ignored_own_and_untracked_env_files(string status, string changed, string untracked)
    {
        var tree = WorkTree.Read(status, ["artifacts/dbgate/", "backups/"]);
        Assert.That((string.Join(", ", tree.Changed), string.Join(", ", tree.Untracked)), Is.EqualTo((changed, untracked)));
    }

    [TestCase("evil.sh", false)]
    [TestCase("prisma/migrations/1_a/migration.sql", true)]
    public async Task Block_by_an_untracked_file_only_when_it_would_be_deployed(string file, bool blocks)
    {
        using var project = await CommittedAsync();
        project.With(file, "SELECT 1;\n");
        var result = await JudgeAsync(project, "production", null);

        Assert.That((result.IsBlocking, result.Problems.Single().Code.Id), Is.EqualTo((blocks, "DBG0126")));
    }

    [TestCase("production", null, true)]
    [TestCase("production", "true", false)]
    [TestCase("staging", null, false)]
    public async Task Block_production_unless_the_rules_allow_it(string environment, string? allowed, bool blocks)
    {
        using var project = await CommittedAsync();
        var result = await JudgeAsync(project, environment, allowed);
        Assert.That((result.Outcome, result.Problems.Length), Is.EqualTo((CheckOutcome.Passed, 0)));

        project.With("evil.sh", "echo evil\n").With("package.json", "{ }\n");
        result = await JudgeAsync(project, environment, allowed);

        Assert.That(result.IsBlocking, Is.EqualTo(blocks));
        Assert.That(result.Problems.Single().Code.Id, Is.EqualTo("DBG0126"));
        Assert.That(
            result.Problems.Single().Message,
            Does.StartWith("2 files differ from commit ").And.Contain("evil.sh").And.Contain("package.json"));
    }

    [Test]
    public async Task Are_not_compared_outside_of_a_checkout()
    {
        using var project = new GatedProject();
        Assert.That((await JudgeAsync(project, "production", null)).Outcome, Is.EqualTo(CheckOutcome.Skipped));
    }

    [Test]
    public async Task That_git_cannot_read_block_production()
    {
        using var project = new GatedProject().With(".git/HEAD", new string('a', 40) + "\n");
        var result = await JudgeAsync(project, "production", null);

        Assert.That((result.IsBlocking, result.Problems.Single().Severity), Is.EqualTo((true, Severity.Error)));
    }

    static async Task<CheckResult> JudgeAsync(GatedProject project, string environment, string? allowed)
    {
        var variables = new Dictionary<string, string> { ["DBGATE_ENVIRONMENT"] = environment };
        if (allowed is not null)
        {
            variables["DBGATE_ALLOW_DIRTY_WORK_TREE"] = allowed;
        }

        await using var context = new GateContext(project.Read(variables));
        return await new WorkTreeCheck().RunAsync(context, CancellationToken.None);
    }

    static async Task<GatedProject> CommittedAsync()
    {
        var project = new GatedProject().With("package.json", "{}\n").With(".gitignore", "node_modules/\n");
        foreach (var arguments in new string[][] { ["init", "-q"], ["add", "-A"],
            ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x"] })
        {
            (await Shell.RunAsync("git", arguments, project.Root)).Succeeded();
        }

        return project;
    }
}
