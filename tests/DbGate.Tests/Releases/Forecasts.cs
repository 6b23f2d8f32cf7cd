using DbGate.Configuration;
using DbGate.Migrations.Tools;
using DbGate.Releases.Forecasts;
using DbGate.Migrations;
using DbGate.Statements;
using DbGate.Postgres;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
sealed class Forecasts
{
    const string Two = "CREATE TABLE a (id int);\nCREATE TABLE b (id int);";
    const string Concurrently = "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);";

    [TestCase(DeployEngineKind.Prisma, "7.3.0", Two, null)]
    [TestCase(DeployEngineKind.Prisma, "7.4.0", Two, "1")]
    [TestCase(DeployEngineKind.Prisma, null, Two, "1")]
    [TestCase(DeployEngineKind.Direct, "7.10.1", Two, null)]
    [TestCase(DeployEngineKind.Direct, null, Concurrently, "1")]
    [TestCase(DeployEngineKind.Prisma, "7.10.1", "SELECT 1; SELECT 2; SELECT 3; BEGIN; SELECT 4; SELECT 5; COMMIT; SELECT 6", "1-3, 7")]
    [TestCase(DeployEngineKind.Prisma, "6.19.3", "SELECT 1; COMMIT; SELECT 2", "2")]
    [TestCase(DeployEngineKind.Prisma, "7.10.1", "BEGIN; SELECT 4; SELECT 5; COMMIT", null)]
    [TestCase(DeployEngineKind.Prisma, "7.10.1", "SELECT 1", null)]
    [TestCase(DeployEngineKind.Prisma, "7.10.1", "", null)]
    public void Tell_where_a_file_may_stop(DeployEngineKind engine, string? version, string sql, string? stops) =>
        Assert.That(Foretell(sql, engine, version).Files.Single().MayStopAfter, Is.EqualTo(stops));

    [Test]
    public void Tell_that_a_file_cannot_succeed_in_its_transaction() =>
        Assert.That(
            Foretell(Concurrently, version: "6.19.3"),
            Has.Property("Code").EqualTo("P3018").And.Property("Outcome").EqualTo(ForecastOutcome.Fails));

    [Test]
    public void List_what_will_be_applied()
    {
        var forecast = Foretell(Two);
        Assert.That((forecast.Outcome, forecast.Sentence), Is.EqualTo((ForecastOutcome.Deploys, "1 migration will be applied: 2_next")));
    }

    [Test]
    public void Tell_that_nothing_is_pending() =>
        Assert.That(From(Folder(), Ledger([Row("1_init"), Row("2_next")]), []).Outcome, Is.EqualTo(ForecastOutcome.NothingToDo));

    static IEnumerable<TestCaseData> Stops =>
    [
        new(Folder() with { Problems = [PrismaProblems.Provider("mysql")] }, Ledger([Row("1_init")]), "P3019"),
        new(Folder() with { Migrations = [File("1_init"), File("2_next") with { Checksum = null }] }, Ledger([Row("1_init")]), "P3015"),
        new(Folder(), Ledger([Row("1_init")]) with { LockHolder = new MigrationLockHolder(7, "u", "a", "q", null) }, "P1002"),
        new(Folder(), new Ledger(false, [], 3, null), "P3005"),
        new(Folder(), Ledger([Row("1_init") with { FinishedAt = null }]), "P3009"),
    ];

    [TestCaseSource(nameof(Stops))]
    public void Name_prismas_code(object folder, object ledger, string code)
    {
        var forecast = From((MigrationFolder)folder, (Ledger)ledger, []);
        Assert.That((forecast.Outcome, forecast.Code), Is.EqualTo((ForecastOutcome.Fails, code)));
        Assert.That(forecast.Fix, Is.Not.Empty);
    }

    static Forecast Foretell(string sql, DeployEngineKind engine = DeployEngineKind.Prisma, string? version = "7.10.1") =>
        From(Folder(), Ledger([Row("1_init")]), [("2_next", StatementSplitter.Split(sql, "2_next/migration.sql"))], engine, version);

    static Forecast From(
        MigrationFolder folder, Ledger ledger, IReadOnlyList<(string, SqlScript)> pending, DeployEngineKind engine =
            DeployEngineKind.Prisma, string? version = "7.10.1") =>
        Forecaster.Foretell(
            folder, ledger,
            LedgerCommands.Usual(PostgresUrl.Parse("postgresql://u:p@h/d", "DIRECT_URL"), TargetEnvironment.Staging),
            new EngineRules(engine, version is null ? null : Version.Parse(version)), pending);

    static MigrationFolder Folder() => new("/p", true, [File("1_init"), File("2_next")]);

    static Migration File(string name) => new(name, $"/p/{name}/migration.sql", "c", ["c"], true, 1);

    static Ledger Ledger(LedgerRow[] rows) => new(true, rows, 0, null);

    static LedgerRow Row(string name) =>
        new(name, name, "c", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1), null, 1, null);
}
