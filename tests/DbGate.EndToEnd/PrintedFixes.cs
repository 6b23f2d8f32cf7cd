using DbGate.Postgres;

namespace DbGate.EndToEnd;

/// <summary>
/// Situations that block, over all groups of problems. Each is set up with the real tool and a real database; every command of every fix
/// that the run prints is pasted into a fresh shell in the project's folder, and then the situation is over where the commands end it.
/// <see cref="PrintedCommands"/> has those that need more than a line.
/// </summary>
[Category("Postgres")]
[Platform("Linux,MacOsX")]
[Parallelizable(ParallelScope.All)]
public sealed class PrintedFixes
{
    const string First = "20260101000000_init";
    const string Second = "20260202000000_two";
    const string Plain =
        """{ "approvals": { "staging": { "required": 0 } }, "migrations": { "engine": "direct" }, "rehearsal": "off", "ready": { "policy": "ledger" } }""";
    const string Approved =
        """{ "approvals": { "staging": { "required": 1 } }, "migrations": { "engine": "direct" }, "rehearsal": "off", "ready": { "policy": "ledger" } }""";
    const string Checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    static IEnumerable<Situation> Quick =>
    [
        new("DBG0070", "backap", (_, _) => Nothing()) { Says = "dbgate backup --environment=staging" },
        new("DBG0325", "backup", (project, _) => Variable(project, "DBGATE_SIGNING_KEY", "backup-key.pem")) { IsOver = true,
            Says = "openssl genpkey" },
        new("DBG0324", "restore", (_, _) => Nothing()) { Says = "dbgate backup" },
        new("DBG0202", "verify-ready", (project, _) => FailedAsync(project)) { Says = "dbgate resolve" },
        new("DBG0203", "verify-ready", RunningAsync) { Says = "pg_terminate_backend" },
        new("DBG0206", "verify-ready", (project, _) => SquashedAsync(project)) { IsOver = true, Says = "dbgate resolve" },
        new("DBG0506", "migrate-deploy", (project, _) => PendingAsync(project)) { Options = ["--exclusive"], IsOver = true,
            Says = "dbgate release" },
        new("DBG0534", "migrate-deploy",
            HeldAsync(session => session.ExecuteAsync("select pg_advisory_lock(72707369)", default))) { IsOver = true,
                Says = "pg_terminate_backend" },
        new("DBG0575", "migrate-deploy",
            HeldAsync(session => session.ExecuteScriptAsync("begin; lock table one in row exclusive mode", default)))
        {
            Options = ["--migrations-lock-wait=1s"], IsOver = true, Says = "pg_terminate_backend",
        },
        new("DBG0602", "verify-ready", async (project, _) =>
        {
            await Variable(project, "READY_URL", "http://127.0.0.1:1/ready");
            await Variable(project, "READY_TIMEOUT", "1s");
        })
        {
            After = [7, 10], Says = "curl -i", // nothing answers there: curl and the step report it again
        },
        new("DBG0802", "protect", (project, _) => project.Database.ExecuteAsync("GRANT UPDATE ON dbgate.installation TO PUBLIC"))
        {
            Before = ["protect"], Options = ["--verify"], IsOver = true, Says = "dbgate protect",
        },
        new("DBG0809", "migrate-deploy",
            HeldAsync(session => session.ExecuteAsync("select pg_advisory_lock(1145194324, 1)", default), isProtected: true))
        {
            IsOver = true, Says = "pg_terminate_backend",
        },
    ];

    static IEnumerable<Situation> OfPlans =>
    [
        new("DBG0540", "migrate-deploy", (project, _) => PendingAsync(project)) { Settings = Approved, Options = ["--exclusive"],
            After = [10], Says = "dbgate release" },
        new("DBG0530", "approve", (project, _) => PendingAsync(project)) { Settings = Approved,
            Options = ["--plan=0123456789abcdef", "--by=ben"], After = [10], Says = "dbgate release" },
        new("DBG0531", "approve", AlteredAsync) { Settings = Approved, After = [10], Says = "dbgate release" },
        new("DBG0533", "approve", ExpiredAsync) { Settings = Approved, After = [10], Says = "dbgate release" },
        new("DBG0532", "migrate-deploy", MovedAsync) { Settings = Approved, Options = ["--exclusive"], After = [10],
            Says = "dbgate release" },
        new("DBG0542", "approve", UnconfirmedAsync) { Settings = Approved, Placeholders = new() { ["name"] = "ben" },
            Says = "APPROVE_STAGING" },
    ];

    [TestCaseSource(nameof(Quick))]
    [TestCaseSource(nameof(OfPlans))]
    public async Task Can_be_pasted(object given)
    {
        var situation = (Situation)given;
        await using var project = await ToolProject.CreateAsync(situation.Settings);
        foreach (var task in situation.Before)
        {
            (await project.RunAsync(task)).Succeeded();
        }

        var options = new List<string>(situation.Options);
        await using var holder = await situation.SetUp(project, options);
        var run = await project.RunAsync(situation.Task, [.. options]);
        Assert.That(run.ExitCode, Is.Not.Zero, run.Everything);
        Assert.That(ToolProject.BlockingCodes(run.Everything), Does.Contain(situation.Code), run.Everything);

        var pasted = await project.PasteAllAsync(run.Everything, situation.Placeholders, situation.After);

        Assert.That(pasted, Has.Some.Contains(situation.Says), run.Everything);
        if (situation.IsOver)
        {
            (await project.RunAsync(situation.Task, [.. options])).Succeeded();
        }
    }

    /// <param name="Code">What blocks.</param>
    /// <param name="Task">The task that is blocked.</param>
    /// <param name="SetUp">Makes the situation; may add options of the run; what it returns is disposed at the end.</param>
    sealed record Situation(string Code, string Task, Func<ToolProject, List<string>, Task<IAsyncDisposable?>> SetUp)
    {
        public Situation(string code, string task, Func<ToolProject, List<string>, Task> setUp)
            : this(code, task, async (project, options) =>
            {
                await setUp(project, options);
                return null;
            })
        {
        }

        public string Settings { get; init; } = Plain;

        /// <summary>Tasks that run before.</summary>
        public string[] Before { get; init; } = [];

        public string[] Options { get; init; } = [];

        public Dictionary<string, string> Placeholders { get; init; } = [];

        /// <summary>How the pasted commands may end.</summary>
        public int[] After { get; init; } = [0];

        /// <summary>Part of one of the commands.</summary>
        public required string Says { get; init; }

        /// <summary>The task passes afterwards.</summary>
        public bool IsOver { get; init; }

        public override string ToString() => $"{Code} of {Task}";
    }

    static Task Nothing() => Task.CompletedTask;

    static Task Variable(ToolProject project, string name, string value)
    {
        project.MoreVariables[name] = value;
        return Task.CompletedTask;
    }

    static Task PendingAsync(ToolProject project)
    {
        project.Migration(First, "CREATE TABLE one (id int);\n");
        return Task.CompletedTask;
    }

    static async Task FailedAsync(ToolProject project)
    {
        project.Migration(First, "CREATE TABLE one (id int);\n");
        project.Migration(Second, "SELECT 1 / 0;\n");
        await project.RunAsync("backup");
        Assert.That((await project.RunAsync("migrate-deploy")).ExitCode, Is.Not.Zero);
    }

    /// <summary>Another process holds Prisma's lock, and its migration has begun.</summary>
    static async Task<IAsyncDisposable?> RunningAsync(ToolProject project, List<string> options)
    {
        project.Migration(First, "");
        await LedgerAsync(project, (First, "NULL"));
        var session = await Session.OpenAsync(project.Database.Url, null, default);
        await session.ExecuteAsync("select pg_advisory_lock(72707369)", default);
        return session;
    }

    static async Task SquashedAsync(ToolProject project)
    {
        await LedgerAsync(project, ("20250101000000_a", "now()"), ("20250102000000_b", "now()"), (First, "now()"));
        project.Migration(First, "");
        project.Migration(Second, "CREATE TABLE two (id int);\n");
        await project.Database.ExecuteAsync("CREATE TABLE two (id int)");
    }

    static async Task LedgerAsync(ToolProject project, params (string Name, string FinishedAt)[] rows)
    {
        await project.Database.ExecuteAsync(
            """
            CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
              logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)
            """);
        foreach (var (name, finishedAt) in rows)
        {
            await project.Database.ExecuteAsync(
                $"INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES "
                    + $"(gen_random_uuid(), '{Checksum}', '{name}', {finishedAt}, 1)");
        }
    }

    static Func<ToolProject, List<string>, Task<IAsyncDisposable?>> HeldAsync(Func<Session, Task> hold, bool isProtected = false) =>
        async (project, _) =>
    {
        await project.Database.ExecuteAsync("CREATE TABLE one (id int)");
        await LedgerAsync(project, (First, "now()"));
        project.Migration(First, "");
        project.Migration(Second, "ALTER TABLE one ADD COLUMN two int;\n");
        if (isProtected)
        {
            (await project.RunAsync("protect")).Succeeded();
        }

        var session = await Session.OpenAsync(project.Database.Url, null, default);
        await hold(session);
        return session;
    };

    static async Task<string> PlanAsync(ToolProject project, params string[] options)
    {
        await LedgerAsync(project, (First, "now()"));
        project.Migration(First, "");
        project.Migration(Second, "CREATE TABLE two (id int);\n");
        await project.RunAsync("release", options); // blocked: it waits for an approval
        return Path.GetFileNameWithoutExtension(Directory.GetFiles(Path.Combine(project.Folder, "backups", "plans"), "*.json").Single());
    }

    static async Task AlteredAsync(ToolProject project, List<string> options)
    {
        var plan = await PlanAsync(project);
        var file = Path.Combine(project.Folder, "backups", "plans", $"{plan}.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("two", "ten", StringComparison.Ordinal));
        options.AddRange([$"--plan={plan}", "--by=ben", "--confirm=APPROVE_STAGING"]);
    }

    static async Task ExpiredAsync(ToolProject project, List<string> options)
    {
        var plan = await PlanAsync(project, "--plan-expiry=1s");
        options.AddRange([$"--plan={plan}", "--by=ben", "--confirm=APPROVE_STAGING"]);
        while (!await project.Database.ScalarAsync<bool>(
            $"SELECT clock_timestamp() > '{File.GetLastWriteTimeUtc(Path.Combine(project.Folder, "backups", "plans",
                $"{plan}.json")):O}'::timestamptz + interval '2 s'"))
        {
            await Task.Delay(100);
        }
    }

    static async Task MovedAsync(ToolProject project, List<string> options)
    {
        var plan = await PlanAsync(project);
        (await project.RunAsync("approve", $"--plan={plan}", "--by=ben", "--confirm=APPROVE_STAGING")).Succeeded();
        await project.Database.ExecuteAsync("CREATE TABLE by_hand (id int)");
        options.Add($"--plan={plan}");
    }

    static async Task UnconfirmedAsync(ToolProject project, List<string> options) =>
        options.AddRange([$"--plan={await PlanAsync(project)}", "--by=ben"]);
}
