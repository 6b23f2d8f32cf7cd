using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Tests.Releases;
using Npgsql;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Tools with ledger support, from npm and Debian: DbGate releases with the real ones.</summary>
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class RealLedgerTools
{
    static IEnumerable<string> All => [.. LedgerTool.FromNpm, .. LedgerTool.FromDebian];

    [TestCaseSource(nameof(All))]
    public async Task Release_what_is_pending(string id)
    {
        using var tool = await LedgerTool.CreateAsync(id);
        await using var database = await TestDatabase.CreateAsync();
        tool.Add(1, "CREATE TABLE t1 (id int)");
        tool.Add(2, "CREATE TABLE t2 (id int)");
        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "development", new MigrateDeployStep())).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("2/2 migrations applied"));

        var third = tool.Add(3, "CREATE TABLE t3 (id int)");
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("Migration issues: 1 pending"));
        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "staging", ToolRelease.Chain)).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("3/3 migrations applied"));
        Assert.That(await database.ScalarAsync<bool>("SELECT to_regclass('t3') IS NOT NULL"), Is.True);

        // The ledger stores nothing of the file; the evidence does.
        var text = await File.ReadAllTextAsync(tool.Files.Of(third));
        tool.Files.With(third, text.Replace("(id int)", "(id bigint)", StringComparison.Ordinal));
        tool.Add(4, "CREATE TABLE t4 (id int)");
        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "staging", new BackupFirstStep(), new PlanStep()))[^1]
            .Expect("DBG0205", ExitCode.Blocked);
    }

    /// <summary>SQL that is not read may lose anything: the plan reports it, and needs the approvals of a loss.</summary>
    [Test]
    public async Task Need_the_approvals_of_a_loss_for_sql_that_is_not_read()
    {
        using var tool = await LedgerTool.CreateAsync("knex");
        tool.Files.With("dbgate.json", """
            { "approvals": { "staging": { "required": 1, "dataLoss": 2 } }, "migrations": { "rehearsal": "statements" } }
            """);
        await using var database = await TestDatabase.CreateAsync();
        tool.Add(1, "CREATE TABLE t1 (id int)");
        var reports = await ToolRelease.RunAsync(tool.Files, tool.Command, database, "staging", ToolRelease.Chain);

        reports[^1].Expect("DBG0540", ExitCode.Blocked);
        Assert.That(reports[^1].Result.Problems.Single(problem => problem.IsBlocking).Message, Does.Contain("2"));
        Assert.That(
            reports[2].Result.Problems.Select(problem => (problem.Code.Id, problem.Severity)), Does.Contain(("DBG0227", Severity.Warning)));
        Assert.That(await database.ScalarAsync<bool>("SELECT to_regclass('t1') IS NULL"), Is.True);
    }

    /// <summary>While the real tool waits in a migration, its lock is the one that DbGate looks for.</summary>
    [TestCase("rails")]
    [TestCase("sqitch")]
    [TestCase("kysely")]
    public async Task Hold_the_lock_that_shows_a_running_deploy(string id)
    {
        using var tool = await LedgerTool.CreateAsync(id);
        await using var database = await TestDatabase.CreateAsync();
        tool.Add(1, "CREATE TABLE t1 (id int)");
        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "development", new MigrateDeployStep())).Passed();
        await using var other = await database.ConnectAsync();
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock(4711)", other))
        {
            await take.ExecuteNonQueryAsync();
        }

        tool.Add(2, "SELECT pg_advisory_xact_lock(4711)");
        var deploy = ToolRelease.RunAsync(tool.Files, tool.Command, database, "development", new MigrateDeployStep());
        try
        {
            await Eventually.HoldsAsync(() => database.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted "
                    + "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"));
            Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, tool.Files)), Does.Contain("DBG0203"));
        }
        finally
        {
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock(4711)", other);
            await release.ExecuteNonQueryAsync();
        }

        (await deploy).Passed();
    }
}
