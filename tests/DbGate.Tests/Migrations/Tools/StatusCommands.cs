using DbGate.Gates.Steps;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>A tool's own status can block, and makes no pass.</summary>
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class StatusCommands
{
    static MigrationStatus Status => new(
    [
        new("1_a.sql", MigrationState.Applied, null, null), new("2_b.sql", MigrationState.Pending, null, null),
    ]);

    [TestCase("applied 1_a.sql\npending 2_b.sql\n", null)]
    [TestCase("applied 1_a\r\npending 2_b\r\n", null)]
    [TestCase("applied 1_a.sql\nfailed 2_b.sql\n", "2_b.sql is pending, and is listed as failed")]
    [TestCase("applied 1_a.sql\napplied 2_b.sql\n", "2_b.sql is pending, and is listed as applied")]
    [TestCase("pending 1_a.sql\npending 2_b.sql\n", "1_a.sql is applied, and is listed as pending")]
    [TestCase("applied 1_a.sql\n", "2_b.sql is pending, and is not listed")]
    [TestCase("", "1_a.sql is applied, and is not listed")]
    [TestCase("applied 1_a.sql\npending 2_b.sql\npending 3_c.sql\n", "3_c.sql is listed as pending, and neither ledger nor folder has it")]
    public void Are_compared_with_the_ledger(string output, string? difference) =>
        Assert.That(StatusCommand.Compare(Status, StatusCommand.Read(output).States).FirstOrDefault(), Is.EqualTo(difference));

    [TestCase("all good")]
    [TestCase("applied")]
    [TestCase("applied 1_a.sql\nUP TO DATE")]
    public void Are_unknown_when_a_line_is_not_a_state(string output) =>
        Assert.That(StatusCommand.Read(output).Unreadable, Is.Not.Null);

    [TestCase("echo applied 1_a.sql; echo pending 2_b.sql", null)]
    [TestCase("echo applied 1_a.sql; echo failed 2_b.sql", "DBG0237")]
    [TestCase("exit 3", "DBG0236")]
    public async Task Block_the_plan_and_the_deploy(string script, string? code)
    {
        using var project = ToolTrial.Project(
            ("dbgate.json", """
                { "approvals": { "staging": { "required": 0 } },
                  "migrations": { "tool": "custom", "folder": "sql", "ledger": "public.ran.file", "statusCommand": "sh status.sh" } }
                """),
            (".git/HEAD", new string('a', 40) + "\n"), ("status.sh", script + "\n"),
            ("sql/1_a.sql", "SELECT 1;\n"), ("sql/2_b.sql", "SELECT 1;\n"));
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE ran (file text); INSERT INTO ran VALUES ('1_a.sql')");
        var plan = (await ToolRelease.RunAsync(
            project, "true", database, "staging", [("migrations-rehearsal", "statements")], new BackupFirstStep(), new PlanStep()))[^1];
        var deploy = (await ToolRelease.RunAsync(project, "true", database, "development", new MigrateDeployStep()))[^1];

        Assert.That(plan.Result.Problems.FirstOrDefault(problem => problem.IsBlocking)?.Code.Id, Is.EqualTo(code));

        // Where the status agrees, the ledger still decides: the command that did nothing is found.
        deploy.Expect(code ?? "DBG0504", code is null ? ExitCode.MigrationFailed : ExitCode.Blocked);
    }
}
