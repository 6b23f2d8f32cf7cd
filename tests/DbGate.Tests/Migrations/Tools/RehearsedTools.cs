using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Plans;
using DbGate.Tests.Releases;
using Npgsql;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>
/// Nine real tools, each rehearsed by its own command: SQL, losses and locks of the plan, a failure at its statement, and the deploy of
/// what was approved. The locks are compared with those that the test reads from <c>pg_locks</c> while the tool deploys.
/// </summary>
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class RehearsedTools
{
    const string Loss = "ColumnDropped:public.users.mail=7";

    // Of the tables that the migrations make; the tools' own are not part of a plan.
    const string Locks = """
        SELECT coalesce(string_agg(n.nspname || '.' || c.relname || ' ' || l.mode, ', ' ORDER BY 1), '')
        FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'users' AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
          'AccessExclusiveLock') AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    static readonly string Waiting = $"""
        SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = {RehearsedTool.Lock} AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """;

    /// <summary>Knex runs every time, too: <see cref="RehearsedCommands"/>.</summary>
    [TestCase("alembic")]
    public Task Are_planned_and_deployed_as_rehearsed(string id) => AssertAsync(id);

    [TestCase("django")]
    [TestCase("rails")]
    [TestCase("knex")]
    [TestCase("typeorm")]
    [TestCase("sqitch")]
    [TestCase("efcore")]
    [TestCase("efbundle")]
    [TestCase("fluentmigrator")]
    [TestCase("dbup")]
    [Category("Nightly")]
    public Task Are_planned_and_deployed_as_rehearsed_at_night(string id) => AssertAsync(id);

    static async Task AssertAsync(string id)
    {
        using var tool = await RehearsedTool.CreateAsync(id);
        await using var database = await TestDatabase.CreateAsync();
        await tool.InitAsync();
        Passed(await RunAsync(tool, database, [("environment", "development")], new MigrateDeployStep()));
        await database.ExecuteAsync("INSERT INTO users (id, mail) SELECT g, CASE WHEN g > 13 THEN 'm' END FROM generate_series(1, 20) g");

        await tool.FailAsync();
        await AssertFailureAsync(tool, database);

        await tool.DropAsync();
        var plan = await PlanAsync(tool, database);
        await ReleaseAsync(tool, database, plan);
    }

    static async Task AssertFailureAsync(RehearsedTool tool, TestDatabase database)
    {
        var before = await database.DigestAsync();
        var failed = (await RunAsync(tool, database, [], new BackupFirstStep(), new RehearseStep())).Steps[^1];

        failed.Expect("DBG0560", ExitCode.Blocked);
        var problem = failed.Result.Problems.Single();
        Assert.That(string.Join('\n', problem.Excerpt!.Lines), Does.Contain("few"), $"{problem.Location}");
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    static async Task<PlannedRelease> PlanAsync(RehearsedTool tool, TestDatabase database)
    {
        var report = await RunAsync(tool, database, [], new BackupFirstStep(), new RehearseStep(), new PlanStep());
        Passed(report);
        var digest = report.Steps[^1].Result.Facts.First(fact => fact.Name == "plan").Value;
        var plan = report.Release!.Plan!;
        Assert.That(plan.Migrations.Single().Sql, Does.Match("(?i)alter table .*users.* drop column .*mail"));
        Assert.That(plan.Losses.Select(loss => loss.Name), Is.EqualTo(new[] { Loss }));
        Assert.That(plan.UnknownLoss, Is.Null);
        Passed(await RunAsync(
            tool, database, [("plan", digest), ("by", "ben"), ("confirm", "APPROVE_STAGING"), ("accept-loss", Loss)], new ApproveStep()));
        return new PlannedRelease(digest, plan);
    }

    static async Task ReleaseAsync(RehearsedTool tool, TestDatabase database, PlannedRelease plan)
    {
        await using var other = await database.ConnectAsync();
        await ExecuteAsync(other, $"SELECT pg_advisory_lock({RehearsedTool.Lock})");
        var release = RunAsync(tool, database, [("plan", plan.Digest)], new BackupFirstStep(), new PlanStep(), new MigrateDeployStep());
        string? held;
        try
        {
            await Eventually.HoldsAsync(async () => release.IsCompleted || await database.ScalarAsync<bool>(Waiting));
            held = await database.ScalarAsync<string>(Locks);
        }
        finally
        {
            await ExecuteAsync(other, $"SELECT pg_advisory_unlock({RehearsedTool.Lock})");
        }

        var report = await release;
        Passed(report);
        Assert.That(
            held,
            Is.EqualTo(string.Join(", ", plan.Plan.Rehearsal!.Migrations.Single().Locks.Select(one => $"{one.Table} {ModeOf(one.Mode)}"))));
        Assert.That(
            report.Steps[^1].Result.Facts.Single(fact => fact.Name == "as rehearsed").Value,
            Does.StartWith("the catalog is the rehearsed one"));
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("2/2 migrations applied"));
    }

    /// <summary>As <c>pg_locks</c> writes it.</summary>
    static string ModeOf(string mode) =>
        string.Concat(mode.Split(' ').Select(word => word[0] + word[1..].ToLowerInvariant())) + "Lock";

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static void Passed(GateReport report) => Assert.That(
        report.Steps.SelectMany(step => step.Result.AllProblems).Where(problem => problem.IsBlocking)
            .Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"),
        Is.Empty);

    static async Task<GateReport> RunAsync(
        RehearsedTool tool, TestDatabase database, (string Option, string Value)[] more, params IStep[] steps)
    {
        var options = new Dictionary<string, string>
        {
            ["environment"] = "staging",
            ["project"] = tool.Files.Root,
            ["migrate-command"] = tool.Command,
            ["migrations-rehearsal"] = "command",
            ["requested-by"] = "ana",

            // The other session of the test is no queue of a busy server.
            ["migrations-lock-timeout"] = "0s",
        };
        foreach (var (option, value) in more)
        {
            options[option] = value;
        }

        var settings = tool.Files.Read(new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText }, options);
        var account = options.TryGetValue("by", out var person) ? new Account(PersonName.Fold(person), "laptop") : null;
        var context = new GateContext(settings, GateServices.Real with { Account = account });
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);
        foreach (var step in steps)
        {
            if ((await run.ExecuteAsync(step, default)).Result.IsBlocking)
            {
                break;
            }
        }

        return run.Report();
    }

    sealed record PlannedRelease(string Digest, Plan Plan);
}
