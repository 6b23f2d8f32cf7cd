using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>What is in the ledger when the direct engine is stopped in the middle of a migration.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Deadlines
{
    const string Sleeping = "SELECT pg_sleep(600)";
    const string Swallowing =
        "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [Test]
    public async Task Stop_the_migration_and_leave_the_reason_in_the_ledger()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("1_slow/migration.sql", $"CREATE TABLE half (id int); {Sleeping};");
        var clock = new FakeClock(DateTimeOffset.UtcNow);

        var deploy = new DirectEngine(clock).DeployAsync(Request(project, database), CancellationToken.None);
        await UntilItSleepsAsync(database);
        clock.Advance(Deadline);
        var outcome = await deploy;

        Assert.That(outcome.Failure, Does.Contain("deadline"));
        await LeftAsync(database, "rolled back, cancelled by DbGate: a signal, or the deploy's deadline");
    }

    /// <summary>So it is for the client, too, when the server drops a cancel because it came between two statements.</summary>
    [TestCase("", "rolled back")]
    [TestCase("COMMIT;", "unfinished")]
    public async Task A_server_that_does_not_hear_the_cancel_is_made_to_stop_and_the_ledger_says_why(string before, string state)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("1_slow/migration.sql", $"{before}CREATE TABLE half (id int); {Swallowing};");
        using var stop = new CancellationTokenSource();

        var deploy = new DirectEngine(TimeProvider.System).DeployAsync(Request(project, database), stop.Token);
        await UntilItSleepsAsync(database);
        await stop.CancelAsync();

        Assert.That(async () => await deploy, Throws.InstanceOf<OperationCanceledException>());
        await LeftAsync(database, $"{state}, cancelled by DbGate: a signal, or the deploy's deadline");
    }

    static DeployRequest Request(GatedProject project, TestDatabase database) =>
        new(project.Of("."), database.Url, [Migration.Read(project.Of("1_slow"))], null, Deadline);

    static async Task UntilItSleepsAsync(TestDatabase database)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep')"))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    static async Task LeftAsync(TestDatabase database, string row)
    {
        Assert.That(
            await database.ScalarAsync<string>(
                "SELECT CASE WHEN rolled_back_at IS NOT NULL THEN 'rolled back' WHEN finished_at IS NULL THEN 'unfinished' ELSE 'applied' "
                    + "END || ', ' || logs FROM _prisma_migrations"),
            Is.EqualTo(row));
        Assert.That(await database.ScalarAsync<bool>("SELECT to_regclass('half') IS NULL"), Is.True, "the file applied in part");
        Assert.That(
            await database.ScalarAsync<bool>(
                "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database())"), Is.True,
                "it still runs");
    }
}
