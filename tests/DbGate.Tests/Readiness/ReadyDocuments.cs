using DbGate.Checks;
using DbGate.Problems;
using DbGate.Readiness;
using DbGate.Releases;

namespace DbGate.Tests.Readiness;

[Parallelizable(ParallelScope.All)]
public sealed class ReadyDocuments
{
    [Test]
    public void Speak_the_contract_when_ready() =>
        Assert.That(
            ReadyDocument.Render(
                [Check("migrations", CheckResult.Passed("4/4 migrations applied")),
                    Check("databaseSafety", CheckResult.Skipped("no database"))]),
            Is.EqualTo(
                """{"status":"ready","checks":{"migrations":{"ok":true,"details":"4/4 migrations applied"},"databaseSafety":{"ok":true,"details":"no database"}}}"""));

    [Test]
    public void Speak_the_contract_when_not_ready()
    {
        CheckReport[] checks =
        [
            Check("migrations", CheckResult.Failed("Migration issues: 1 pending, 1 failed")),
            Check("databaseSafety", CheckResult.Failed("Database connection must use SSL in production")),
            Check(
                "backupConfig",
                CheckResult.Failed(
                    "BACKUP_ENABLED must be set to 'true' in production; Backup restore test is 120 days old - test backups "
                        + "every 90 days")),
        ];

        Assert.That(ReadyDocument.IsReady(checks), Is.False);
        Assert.That(ReadyDocument.Render(checks), Is.EqualTo(
            """
            {"status":"not_ready","checks":{
            "migrations":{"ok":false,"details":"Migration issues: 1 pending, 1 failed"},
            "databaseSafety":{"ok":false,"details":"Database connection must use SSL in production"},
            "backupConfig":{"ok":false,"details":"BACKUP_ENABLED must be set to 'true' in production; Backup restore test is 120 days old - test backups every 90 days"}}}
            """.Replace("\n", "")));
    }

    [Test]
    public void Are_not_ready_when_a_check_could_not_run() =>
        Assert.That(
            ReadyDocument.IsReady(
                [Check("migrations", CheckResult.Errored(new Problem(new ProblemCode("DBG0029", "t", ExitCode.Environment), "gone")))]),
                Is.False);

    static CheckReport Check(string name, CheckResult result) => new(new CheckDescriptor("DBG0201", name, "", ""), result, TimeSpan.Zero);
}
