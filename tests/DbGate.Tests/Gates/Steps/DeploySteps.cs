using DbGate.Backups.History;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Tests.Gates.Steps;

/// <summary>migrate-deploy started alone, as with <c>--exclusive</c>: it must not be a way round.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class DeploySteps
{
    ProductionServer server = null!;
    TestDatabase database = null!;
    Wallet wallet = null!;

    readonly GatedProject policy = new();

    [OneTimeSetUp]
    public async Task StartServer() => server = await ProductionServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer()
    {
        await server.DisposeAsync();
        policy.Dispose();
    }

    [SetUp]
    public async Task Create()
    {
        (database, wallet) = (await server.CreateDatabaseAsync(), Wallet.Copy());
        Configure();
    }

    [TearDown]
    public async Task Drop()
    {
        wallet.Dispose();
        await database.DisposeAsync();
    }

    /// <summary>Without approvals, as the run's environment allows: what a deploy demands next to them is tested here.</summary>
    void Configure(string waivers = "") => policy.With(
        "policy.json", $$"""{ "approvals": { "production": { "required": 0, "dataLoss": 0 } }, "waivers": [{{waivers}}] }""");

    async Task<TargetIdentity> IdentityAsync()
    {
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        return (await ServerFacts.ReadAsync(session, CancellationToken.None)).RequireIdentity(database.Url);
    }

    async Task<GateReport> DeployAsync(BackupProof? backup, params (string Name, string Value)[] settings)
    {
        await using var run = new GateRunner(new GateContext(
            ProductionServer.Settings(wallet, database, [("DBGATE_POLICY_FILE", policy.Of("policy.json")), .. settings]),
            GateServices.Real with { Evidence = new Evidence(backup) }));
        await run.ExecuteAsync(new MigrateDeployStep(), CancellationToken.None);
        return run.Report();
    }

    async Task<BackupProof> BackupAsync() =>
        new(await IdentityAsync(), "/backups/x.sql.gz", new string('a', 64), DateTimeOffset.UtcNow, "L2");

    async Task UntouchedAsync(string code, BackupProof? backup, params (string Name, string Value)[] settings)
    {
        var before = await database.DigestAsync();
        var report = await DeployAsync(backup, settings);

        Assert.That(report.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id), Does.Contain(code));
        Assert.That(report.Verdict, Is.EqualTo(Verdict.Blocked));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Deploy_what_is_pending_and_then_nothing()
    {
        var first = await DeployAsync(await BackupAsync());
        var second = await DeployAsync(await BackupAsync());

        Assert.That(first.AllProblems.Where(problem => problem.IsBlocking), Is.Empty);
        Assert.That(first.Steps.Single().Result.Summary, Is.EqualTo("4 applied, 4/4 migrations applied"));
        Assert.That(second.Steps.Single().Result.Summary, Is.EqualTo("nothing to deploy: 4/4 migrations applied"));
    }

    [Test]
    public Task Demand_a_backup() => UntouchedAsync("DBG0506", null);

    [Test]
    public async Task Demand_a_backup_whatever_a_waiver_says()
    {
        Configure($$"""{ "check": "DBG0506", "reason": "in a hurry", "who": "ana", "expires": "{{DateTime.UtcNow.AddMonths(1):yyyy-MM-dd}}" }""");
        await UntouchedAsync("DBG0506", null);
    }

    [Test]
    public async Task Demand_a_backup_of_this_very_database()
    {
        var backup = await BackupAsync();
        await UntouchedAsync("DBG0507", backup with { Identity = backup.Identity with { DatabaseOid = 1 } });
    }

    [Test]
    public async Task Demand_the_safety_rules() =>
        await UntouchedAsync("DBG0104", await BackupAsync(), ("DATABASE_MAX_CONNECTIONS", "500"));

    [Test]
    public async Task Demand_that_nothing_reaches_db_push()
    {
        await File.AppendAllTextAsync(Path.Combine(wallet.Folder, "Dockerfile"), "\nCMD [\"npx\", \"prisma\", \"db\", \"push\"]\n");
        var before = await database.DigestAsync();
        var report = await DeployAsync(await BackupAsync());

        Assert.That(report.AllProblems.Single(problem => problem.IsBlocking).Code.Id, Does.StartWith("DBG04"));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Demand_a_way_past_the_pooler() =>
        await UntouchedAsync(
            "DBG0039", await BackupAsync(),
            ("DATABASE_URL", database.UrlText + (database.UrlText.Contains('?') ? "&" : "?") + "pgbouncer=true"));

    [Test]
    public async Task Demand_a_ledger_without_a_failure()
    {
        await DeployAsync(await BackupAsync());
        await database.ExecuteAsync("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_init'");
        await UntouchedAsync("DBG0202", await BackupAsync());
    }

    [Test]
    public async Task Do_not_meet_another_deploy()
    {
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        await using var other = await AdvisoryLock.AcquireAsync(session, "deploy", CancellationToken.None);
        var before = await database.DigestAsync();
        var report = await DeployAsync(await BackupAsync());

        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.Locked));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Say_that_the_database_has_changed_when_a_migration_failed()
    {
        wallet.AddMigration("20261121080000_broken", "CREATE TABLE half (id int); ALTER TABLE nothing ADD COLUMN a int;");
        var report = await DeployAsync(await BackupAsync());

        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.MigrationFailed));
        Assert.That(report.AllProblems.Single(problem => problem.IsBlocking).State, Does.StartWith("4 applied in this deploy, 1 left"));
    }

    sealed class Evidence(BackupProof? backup) : IBackupEvidence
    {
        public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
            Task.FromResult(backup);

        public Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<RestoreTestRecord?>(null);

        public Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<BackupHistory?>(null);
    }
}
