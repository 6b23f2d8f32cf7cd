using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Service.Readiness;

namespace DbGate.Service.Tests.Readiness;

[Parallelizable(ParallelScope.All)]
public sealed class PublicSentences
{
    static readonly CheckDescriptor Safety = new("DBG0101", "databaseSafety", "The production database is configured safely", "");
    static readonly ProblemCode Replica = new("DBG0107", "The read replica is not a replica of the target", ExitCode.Blocked);

    static string From(CheckResult result, string database = "treasury")
    {
        var settings = SettingsReader.Read(
            new Dictionary<string, string>(),
            new Dictionary<string,
                string> { ["DATABASE_URL"] = $"postgresql://mallory:hunter2@db.internal:5432/{database}",
                    ["AWS_S3_BACKUP_BUCKET"] = "acme-vault" },
            Path.GetTempPath());
        return new PublicDetails(settings).Of(new CheckReport(Safety, result, TimeSpan.Zero)).Result.Details;
    }

    [TestCase("Database connection must use SSL in production")]
    [TestCase("BACKUP_ENABLED must be set to 'true' in production; Backup restore test is 120 days old - test backups every 90 days")]
    public void Of_the_contract_stay(string sentence) => Assert.That(From(CheckResult.Failed(sentence)), Is.EqualTo(sentence));

    [Test]
    public void Of_the_contract_stay_when_the_database_is_called_production() =>
        Assert.That(
            From(CheckResult.Failed("Database connection must use SSL in production"), "production"),
            Is.EqualTo("Database connection must use SSL in production"));

    [Test]
    public void Of_a_check_that_could_not_run_tell_only_the_kind() =>
        Assert.That(
            From(CheckResult.Errored(
                new Problem(
                    new ProblemCode("DBG0029", "The server cannot be reached", ExitCode.Environment),
                    "db.internal:5432 refused mallory: select 1"))),
            Is.EqualTo("The server cannot be reached (DBG0029)"));

    [TestCase("it is database treasury of the same cluster")]
    [TestCase("user mallory may not")]
    [TestCase("db.internal is gone")]
    [TestCase("password hunter2")]
    public void That_name_something_are_replaced_by_the_kind(string message) =>
        Assert.That(
            From(CheckResult.Failed(message, new Problem(Replica, message))),
            Is.EqualTo("The read replica is not a replica of the target (DBG0107)"));

    [Test]
    public void Of_a_check_that_holds_name_no_bucket() =>
        Assert.That(From(CheckResult.Passed("restore test 2026-11-20 (record s3://acme-vault/shop.json)")), Is.EqualTo(Safety.Title));
}
