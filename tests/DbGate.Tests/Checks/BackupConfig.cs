using DbGate.Backups.History;
using DbGate.Checks;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Tests.Checks;

[Parallelizable(ParallelScope.All)]
public sealed class BackupConfig
{
    static readonly DateTimeOffset Today = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);

    static IReadOnlyList<Problem> Decide(
        string? enabled = "true", string? retention = "30", string? tested = "2026-11-01", bool isProduction = true,
        RestoreTestRecord? record = null)
    {
        using var project = new GatedProject();
        var variables = new Dictionary<string, string?>
        {
            ["BACKUP_ENABLED"] = enabled,
            ["BACKUP_RETENTION_DAYS"] = retention,
            ["LAST_BACKUP_RESTORE_TEST_DATE"] = tested,
        };
        var settings = project.Read(variables.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!));
        return BackupConfigCheck.Decide(settings, isProduction, Today, record);
    }

    static string[] Messages(IEnumerable<Problem> problems) => [.. problems.Select(problem => problem.Message)];

    [Test]
    public void That_is_complete_passes() => Assert.That(Decide(), Is.Empty);

    [TestCase(null, "it is not set")]
    [TestCase("false", "'false' in variable BACKUP_ENABLED")]
    [TestCase("TRUE", "'TRUE' in variable BACKUP_ENABLED")]
    [TestCase("1", "'1' in variable BACKUP_ENABLED")]
    public void Must_say_true_in_production(string? value, string cause)
    {
        var problem = Decide(enabled: value).Single();

        Assert.That(
            (problem.Code.Id, problem.Message, problem.Cause),
            Is.EqualTo(("DBG0121", "BACKUP_ENABLED must be set to 'true' in production", cause)));
    }

    [TestCase("github-hosted", "", true, new[] { "DBG0124" })]
    [TestCase("github-hosted", "true", true, new string[0])]
    [TestCase("github-hosted", "", false, new string[0])]
    [TestCase("self-hosted", "", true, new string[0])]
    public void Must_not_lose_the_backups_with_the_runner(string runner, string upload, bool isProduction, string[] codes)
    {
        using var project = new GatedProject();
        var settings = project.Read(new()
        {
            ["BACKUP_ENABLED"] = "true",
            ["BACKUP_RETENTION_DAYS"] = "30",
            ["BACKUP_UPLOAD_ENABLED"] = upload,
            ["LAST_BACKUP_RESTORE_TEST_DATE"] = "2026-11-01",
            ["GITHUB_ACTIONS"] = "true",
            ["RUNNER_ENVIRONMENT"] = runner,
        });

        Assert.That(BackupConfigCheck.Decide(settings, isProduction, Today, null).Select(problem => problem.Code.Id), Is.EqualTo(codes));
    }

    [Test]
    public void Must_have_a_retention_in_production() =>
        Assert.That(
            Decide(retention: null).Single(),
            Has.Property(nameof(Problem.Code))
                .Property("Id")
                .EqualTo("DBG0122").And.Property(nameof(Problem.Message))
                .EqualTo("BACKUP_RETENTION_DAYS must be set in production"));

    [Test]
    public void Must_have_a_retention_that_is_a_whole_number_everywhere(
        [Values("0", "-1", "7.5", "30d", "thirty", "99999999999", " 7")] string value, [Values] bool isProduction) =>
        Assert.That(
            Decide(retention: value, isProduction: isProduction).Single(problem => problem.IsBlocking),
            Has.Property(nameof(Problem.Message)).EqualTo($"BACKUP_RETENTION_DAYS must be a whole number of at least 1, not '{value}'"));

    [TestCase("2026-08-24", TestName = "90 days ago is young enough")]
    [TestCase("2026-11-22", TestName = "Today is young enough")]
    [TestCase("2026-11-01T23:59:59Z")]
    [TestCase("2026-11-01T23:59:59.123+02:00")]
    public void May_have_been_restored_within_90_days(string tested) => Assert.That(Decide(tested: tested), Is.Empty);

    [TestCase(null, "Backup restore test date is missing - test backups every 90 days")]
    [TestCase("2026-08-23", "Backup restore test is 91 days old - test backups every 90 days")]
    [TestCase("2026-07-25", "Backup restore test is 120 days old - test backups every 90 days")]
    [TestCase("2026-11-23", "Backup restore test date is in the future: 2026-11-23")]
    [TestCase("2026-02-30", "LAST_BACKUP_RESTORE_TEST_DATE is no date: '2026-02-30'")]
    [TestCase("22.11.2026", "LAST_BACKUP_RESTORE_TEST_DATE is no date: '22.11.2026'")]
    [TestCase("yesterday", "LAST_BACKUP_RESTORE_TEST_DATE is no date: 'yesterday'")]
    [TestCase("2026-11-01T25:00:00Z", "LAST_BACKUP_RESTORE_TEST_DATE is no date: '2026-11-01T25:00:00Z'")]
    public void Blocks_production_over_a_restore_test_that_is_missing_old_or_no_date(string? tested, string message)
    {
        var problem = Decide(tested: tested).Single();

        Assert.That((problem.Code.Id, problem.Message, problem.IsBlocking), Is.EqualTo(("DBG0123", message, true)));
    }

    [Test]
    public void Takes_a_time_in_its_own_zone_for_the_day_in_UTC() =>
        Assert.That(Messages(Decide(tested: "2026-11-23T00:30:00+02:00")), Is.Empty, "that is 22:30 on the 22nd");

    [Test]
    public void Only_warns_elsewhere()
    {
        Assert.That(Decide(enabled: null, retention: null, tested: null, isProduction: false), Is.Empty);
        Assert.That(
            Decide(enabled: null, retention: null, tested: "2026-01-01", isProduction: false).Select(problem => problem.Severity),
            Is.EqualTo(new[] { Severity.Warning }));
    }

    [Test]
    public void Believes_a_record_of_the_store_before_a_date_by_hand()
    {
        var young = new RestoreTestRecord(Today.AddDays(-3), "s3://b/record", null);

        Assert.That(Decide(tested: "2020-01-01", record: young), Is.Empty);
        Assert.That(
            Messages(Decide(tested: "2026-11-22", record: young with { TestedAt = Today.AddDays(-100) })),
            Is.EqualTo(new[] { "Backup restore test is 100 days old - test backups every 90 days" }));
    }

    [Test]
    public void Joins_its_sentences_as_the_ready_contract_shows_them()
    {
        var problems = Decide(enabled: null, tested: "2026-07-25");

        Assert.That(
            CheckResult.From(problems, "").Details,
            Is.EqualTo(
                "BACKUP_ENABLED must be set to 'true' in production; Backup restore test is 120 days old - test backups every 90 days"));
    }

    [Test]
    public async Task Cannot_run_without_its_records_and_then_blocks()
    {
        using var project = new GatedProject();
        await using var context = new GateContext(project.Read(), GateServices.Real with { Evidence = new BrokenStore() });
        var report = (await CheckRunner.RunAsync([new BackupConfigCheck()], context, CancellationToken.None)).Single();

        Assert.That((report.Result.Outcome, report.Result.IsBlocking), Is.EqualTo((CheckOutcome.Errored, true)));
    }

    sealed class BrokenStore : IBackupEvidence
    {
        public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
            throw new TimeoutException("the store does not answer");

        public Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken) =>
            throw new TimeoutException("the store does not answer");

        public Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken) =>
            throw new TimeoutException("the store does not answer");
    }
}
