using DbGate.Backups.History;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Targets;
using DbGate.Tests.Configuration.Rules;

namespace DbGate.Tests.Gates.Steps;

/// <summary>Releases to production whose commit makes the rules weaker, against a real server.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class RulesOfReleases
{
    ProductionServer server = null!;
    TestDatabase database = null!;
    Wallet wallet = null!;
    readonly GatedProject policy = new();

    /// <summary>
    /// Rules that a commit without a dbgate.json leaves at their defaults, and that the run's environment does not set here.
    /// </summary>
    static IEnumerable<TestCaseData> Weakest =>
    [
        .. SettingsCatalog.All.Where(setting => WeakestValues.OfSettings.ContainsKey(setting.Name))
            .Where(setting => setting.IsWeakerThan(WeakestValues.OfSettings[setting.Name].Weakest, null))
            .Where(setting => setting.Name is not ("backup.enabled" or "backup.retentionDays" or "backup.lastRestoreTestDate"))
            .Select(setting =>
                new TestCaseData(setting.Name, WeakestValues.File(setting.Name, WeakestValues.OfSettings[setting.Name].Weakest))),
        .. WeakestValues.OfSections.Select(section => new TestCaseData(section.Key, section.Value)),
    ];

    [OneTimeSetUp]
    public async Task ReleaseOnce()
    {
        server = await ProductionServer.StartAsync();
        (database, wallet) = (await server.CreateDatabaseAsync(), Wallet.Copy());
        policy.With("policy.json", """{ "approvals": { "production": { "required": 0, "dataLoss": 0 } } }""");
        var report = await RunAsync(("DBGATE_POLICY_FILE", policy.Of("policy.json")));
        Assert.That(report.Verdict, Is.EqualTo(Verdict.Pass), string.Join("; ", report.AllProblems.Select(problem => problem.Message)));
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        wallet.Dispose();
        await database.DisposeAsync();
        await server.DisposeAsync();
        policy.Dispose();
    }

    [TearDown]
    public void LeaveTheCommitWithoutRules() => File.Delete(Path.Combine(wallet.Folder, "dbgate.json"));

    [Test]
    public async Task Pass_while_the_commit_changes_none()
    {
        var report = await RunAsync();

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Pass), string.Join("; ", report.AllProblems.Select(problem => problem.Message)));
    }

    [TestCaseSource(nameof(Weakest))]
    public async Task Do_not_pass_without_an_approval_when_the_commit_makes_one_weaker(string rule, string file)
    {
        await File.WriteAllTextAsync(Path.Combine(wallet.Folder, "dbgate.json"), file);
        var report = await RunAsync();

        Assert.That(report.Verdict, Is.EqualTo(Verdict.Blocked));
        Assert.That(
            report.AllProblems.First(problem => problem.IsBlocking).Code.Id,
            Is.EqualTo("DBG0540").Or.EqualTo("DBG0401").Or.EqualTo("DBG0325"), rule);
    }

    [Test]
    public async Task Leave_their_rules_in_the_log_for_the_next_one()
    {
        var records = await EvidenceHistory.NewestAsync(Context(), 1000, default);

        Assert.That(records.Count(record => record.Rules is not null), Is.EqualTo(1));
        Assert.That(records.Single(record => record.Rules is not null).Kind, Is.EqualTo("gate"));
    }

    async Task<GateReport> RunAsync(params (string Name, string Value)[] settings)
    {
        await using var run = new GateRunner(Context(settings));
        await run.ExecuteAsync(new MigrateDeployStep(), CancellationToken.None);
        return await run.RecordAsync();
    }

    GateContext Context(params (string Name, string Value)[] settings) =>
        new(ProductionServer.Settings(wallet, database, settings), GateServices.Real with { Evidence = new Evidence() });

    sealed class Evidence : IBackupEvidence
    {
        public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
            Task.FromResult<BackupProof?>(new BackupProof(target, "/backups/x.sql.gz", new string('a', 64), DateTimeOffset.UtcNow, "L2"));

        public Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<RestoreTestRecord?>(null);

        public Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<BackupHistory?>(null);
    }
}
