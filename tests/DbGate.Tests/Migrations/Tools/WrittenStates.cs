using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>What <c>resolve</c> writes into each tool's ledger means what was claimed.</summary>
[Category("Postgres")]
[NonParallelizable] // one database for all
public sealed class WrittenStates
{
    TestDatabase database = null!;

    static IEnumerable<Histories.History> Written =>
        Histories.All.Where(history => MigrationToolCatalog.Find(history.Tool)!.WritesStates && history.Tool != "atlas");

    [OneTimeSetUp]
    public async Task Create() => database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task Drop() => await database.DisposeAsync();

    /// <summary>The pending migration becomes applied, then pending again.</summary>
    [TestCaseSource(nameof(Written))]
    public async Task Are_read_back(Histories.History history)
    {
        await ToolTrial.PrepareAsync(database, history.Sql);
        using var project = ToolTrial.Project(history.Files);
        var pending = (await StatusAsync(project)).Pending.Single().Name;

        await WriteAsync(project, pending, isApplied: true);
        Assert.That(await StatesAsync(project, pending), Is.EqualTo("Applied").Or.EqualTo("Claimed"));
        await WriteAsync(project, pending, isApplied: false);
        Assert.That(await StatesAsync(project, pending), Is.EqualTo("Pending"));
    }

    static IEnumerable<TestCaseData> Failures =>
    [
        Failure(
            "evolve",
            "INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (0, '1.10', 'c', "
                + "'V1_10__c.sql', 'x', 'u', false)",
            ("sql/V1_10__c.sql", "-- evolve-tx-off\nSELECT 1;\n")),
        Failure(
            "flyway",
            "INSERT INTO flyway_schema_history VALUES (3, '1.10', 'c', 'SQL', 'V1.10__c.sql', 1, 'u', now(), 1, false)"),
        Failure("sqlx", "INSERT INTO _sqlx_migrations VALUES (10, 'c', now(), false, '\\x00', -1)"),
        Failure(
            "atlas",
            "INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, type, applied, total, error, executed_at) VALUES "
                + "('20260103', 2, 0, 1, 'boom', now())"),
    ];

    static TestCaseData Failure(string tool, string sql, params (string File, string Text)[] files) =>
        new TestCaseData(tool, sql, files).SetArgDisplayNames(tool);

    /// <summary>Of a migration that the ledger marks as failed, both claims end that state.</summary>
    [TestCaseSource(nameof(Failures))]
    public async Task Of_a_failure_end_it(string tool, string failure, (string File, string Text)[] files)
    {
        var history = Histories.All.Single(one => one.Tool == tool);
        foreach (var isApplied in new[] { true, false })
        {
            await ToolTrial.PrepareAsync(database, history.Sql);
            await database.ExecuteAsync(failure);
            using var project = ToolTrial.Project(history.Files.Concat(files));
            var failed = (await StatusAsync(project)).Entries.Single(entry => entry.State == MigrationState.Failed).Name;

            await WriteAsync(project, failed, isApplied);
            Assert.That(
                await StatesAsync(project, failed), isApplied ? Is.EqualTo("Applied").Or.EqualTo("Claimed") : Is.EqualTo("Pending"));
        }
    }

    [TestCase(true, "Applied Applied Pending", 2)]
    [TestCase(false, "Applied Pending Pending", 1)]
    public async Task Of_golang_migrate_are_its_one_row(bool isApplied, string states, long version)
    {
        await ToolTrial.PrepareAsync(
            database,
            "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); "
                + "INSERT INTO schema_migrations VALUES (2, true)");
        using var project = ToolTrial.Project(
            ("go.mod", "require github.com/golang-migrate/migrate/v4 v4.18.0"), ("db/1_a.up.sql", "SELECT 1;\n"),
            ("db/2_b.up.sql", "SELECT 1;\n"), ("db/10_c.up.sql", "SELECT 1;\n"));
        Assert.That((await StatusAsync(project)).Entries[1].State, Is.EqualTo(MigrationState.Failed));

        await WriteAsync(project, "2_b.up.sql", isApplied);

        Assert.That(string.Join(' ', (await StatusAsync(project)).Entries.Select(entry => entry.State)), Is.EqualTo(states));
        Assert.That(await database.ScalarAsync<long>("SELECT version FROM schema_migrations WHERE NOT dirty"), Is.EqualTo(version));
        if (!isApplied)
        {
            await WriteAsync(project, "1_a.up.sql", isApplied: false);
            Assert.That(await database.ScalarAsync<long>("SELECT count(*) FROM schema_migrations"), Is.Zero);
        }
    }

    async Task<MigrationStatus> StatusAsync(GatedProject project)
    {
        var (located, folder, ledger) = await ReadAsync(project);
        Assert.That(ledger.Refusal?.Message, Is.Null, located.InWords);
        return MigrationStatus.Decide(folder, ledger);
    }

    async Task<string> StatesAsync(GatedProject project, string name) =>
        (await StatusAsync(project)).Entries.Single(entry => entry.Name == name).State.ToString();

    async Task WriteAsync(GatedProject project, string name, bool isApplied)
    {
        var (located, folder, ledger) = await ReadAsync(project);
        var entry = MigrationStatus.Decide(folder, ledger).Entries.Single(one => one.Name == name);
        foreach (var statement in located.Tool.Resolve(ledger.Table!, folder, entry, isApplied)!)
        {
            await database.ExecuteAsync(statement);
        }
    }

    async Task<(MigrationProject Project, MigrationFolder Folder, Ledger Ledger)> ReadAsync(GatedProject project)
    {
        var located = MigrationProject.Locate(project.Read(new() { ["DATABASE_URL"] = database.UrlText }));
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        return (located, located.ReadFolder(), await located.ReadLedgerAsync(session, "public", CancellationToken.None));
    }
}
