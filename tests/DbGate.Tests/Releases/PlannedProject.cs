using System.Diagnostics;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Approvals;

namespace DbGate.Tests.Releases;

/// <summary>A staging project whose deploys need one approval: its database with one migration applied, and another one pending.</summary>
sealed class PlannedProject : IAsyncDisposable
{
    public const string Pending = "20260202000000_name";

    public const string Sql = "ALTER TABLE \"User\" ADD COLUMN name text;\n";

    const string Base = "20260101000000_init";

    readonly GatedProject project = new();
    readonly GatedProject policy = new();

    PlannedProject(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    public ShiftedClock Clock { get; } = new();

    /// <summary>Variables next to the target's URL.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The URL that deploys; null for the superuser of the server.</summary>
    public string? Url { get; set; }

    public string Root => project.Root;

    /// <summary>Where the releases go.</summary>
    public string Environment { get; set; } = "staging";

    public static async Task<PlannedProject> CreateAsync(
        string approvals = """{ "staging": { "required": 1 } }""", string? sql = null, string? byHand = null, PostgresUrl? server = null)
    {
        var planned = new PlannedProject(server is null ? await TestDatabase.CreateAsync() : await TestDatabase.CreateAsync(server));
        planned.policy.With("policy.json", $$"""{ "approvals": {{approvals}} }""");
        planned.project
            .With("dbgate.json", $$"""{ "approvals": {{approvals}} }""")
            .With($"prisma/migrations/{Base}/migration.sql", "CREATE TABLE \"User\" (id int PRIMARY KEY);\n")
            .With("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n")
            .With(".git/HEAD", new string('a', 40) + "\n");
        (await planned.RunAsync(new MigrateDeployStep(), ("environment", "development"))).Expect(null);
        await planned.Database.ExecuteAsync("INSERT INTO \"User\" SELECT generate_series(1, 20)");
        await planned.Database.ExecuteAsync(byHand ?? "SELECT 1");
        planned.With(Pending, sql ?? Sql);
        return planned;
    }

    public string Of(string file) => project.Of(file);

    public void With(string migration, string sql) => project.With($"prisma/migrations/{migration}/migration.sql", sql);

    public void MoveCommit(char to = 'b') => project.With(".git/HEAD", new string(to, 40) + "\n");

    /// <summary>Takes a backup and makes a plan.</summary>
    public async Task<string> PlanAsync(bool rehearsed = false, params (string Option, string Value)[] options)
    {
        var reports = await PrepareAsync(rehearsed, options);
        Assert.That(reports, Is.All.Matches<StepReport>(report => !report.Result.IsBlocking));
        return reports[^1].Result.Facts.First(fact => fact.Name == "plan").Value;
    }

    /// <summary>The steps up to the plan, as far as they come.</summary>
    public async Task<IReadOnlyList<StepReport>> PrepareAsync(bool rehearsed, params (string Option, string Value)[] options) =>
        (await ReportAsync(rehearsed, options)).Steps;

    /// <summary>The same, with all that a page shows.</summary>
    public async Task<GateReport> ReportAsync(bool rehearsed, params (string Option, string Value)[] options)
    {
        await using var run = Start([("requested-by", "ana"), .. options]);
        IStep[] steps = rehearsed ? [new BackupFirstStep(), new RehearseStep(), new PlanStep()] : [new BackupFirstStep(), new PlanStep()];
        foreach (var step in steps)
        {
            if ((await run.ExecuteAsync(step, default)).Result.IsBlocking)
            {
                break;
            }
        }

        return run.Report();
    }

    public Task<StepReport> ApproveAsync(string plan, string by = "ben", params (string, string)[] options) =>
        RunAsync(
            new ApproveStep(), AccountOf(by),
            [("plan", plan), ("by", by), ("confirm", $"APPROVE_{Environment.ToUpperInvariant()}"), .. options]);

    /// <summary>Each person sits at a machine of their own.</summary>
    static Account AccountOf(string person) => new(PersonName.Fold(person), "laptop");

    /// <summary>As <c>release --plan=…</c> goes on: the plan's backup, the plan, the deploy.</summary>
    public async Task<StepReport> ReleaseAsync(
        string plan, PlannedProject? elsewhere = null, params (string Option, string Value)[] options)
    {
        await using var run = Start([("plan", plan), .. options], elsewhere?.Database);
        var backup = await run.ExecuteAsync(new BackupFirstStep(), default);
        if (backup.Result.IsBlocking)
        {
            return backup;
        }

        var taken = await run.ExecuteAsync(new PlanStep(), default);
        return taken.Result.IsBlocking ? taken : await run.ExecuteAsync(new MigrateDeployStep(), default);
    }

    public Task<StepReport> RunAsync(IStep step, params (string Option, string Value)[] options) => RunAsync(step, null, options);

    public async Task<StepReport> RunAsync(IStep step, Account? account, params (string Option, string Value)[] options)
    {
        await using var run = Start(options, account: account);
        return await run.ExecuteAsync(step, default);
    }

    public GateRunner Start(
        (string Option, string Value)[] options, TestDatabase? database = null, IPrompt? prompt = null, Account? account = null)
    {
        var given = new Dictionary<string, string> { ["environment"] = Environment, ["engine"] = "direct", ["project"] = project.Root };
        foreach (var (option, value) in options)
        {
            given[option] = value;
        }

        // A commit does not set the approvals of production.
        if (given["environment"] == "production")
        {
            Variables["DBGATE_POLICY_FILE"] = policy.Of("policy.json");
        }

        var settings =
            project.Read(
                new Dictionary<string, string>(Variables) { ["DATABASE_URL"] = database?.UrlText ?? Url ?? Database.UrlText }, given);
        var context = new GateContext(settings, GateServices.Real with { Clock = Clock, Prompt = prompt, Account = account });
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(Clock.GetUtcNow()) });
        return new GateRunner(context);
    }

    /// <summary>Releases a plan in a process of its own, which stops when everything is applied and before that is recorded.</summary>
    public Process StartVictim(string plan) => DeployVictim.Start(Root, Database.UrlText, [("environment", "staging"), ("plan", plan)]);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        project.Dispose();
        policy.Dispose();
    }
}

static class Expectations
{
    /// <summary>The code that blocks and its exit code, or null for a pass.</summary>
    public static void Expect(this StepReport report, string? code, ExitCode exit = ExitCode.Pass)
    {
        var blocking = report.Result.AllProblems.FirstOrDefault(problem => problem.IsBlocking);
        Assert.That(
            (blocking?.Code.Id, blocking?.Code.ExitCode ?? ExitCode.Pass), Is.EqualTo((code, exit)),
            blocking is null ? report.Result.Summary : $"{blocking.Message}: {blocking.Cause}");
    }
}
