using DbGate.Backups.History;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;

namespace DbGate.Browser;

/// <summary>
/// Releases as managers meet them: one to approve, one that is blocked, one that failed, none at all, and one that attacks the page.
/// </summary>
static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 6, 4, 0, TimeSpan.Zero);

    static readonly string[] Hostile =
    [
        "<script>document.title='executed'</script>", "\"><img src=x onerror=\"document.title='executed'\">",
        "</style><script>document.title='executed'</script>",
        "javascript:document.title='executed'", "' onmouseover='document.title=1",
        "\u05E9\u05DC\u05D5\u05DD_\u0645\u0631\u062D\u0628\u0627", "\u202Egnp.exe", "🧨💾🐘",
        "&lt;b&gt;", "<!-- -->]]>", new string('W', 63), "a\u0000b\u001b[31m\ud800",
    ];

    static readonly ProblemCode NotApproved = DbGate.Releases.EvidenceProblems.NotApprovedCode;

    public static GateReport Ready => Base with
    {
        Steps = [
            Guard, Safety, Backup, Rehearse, Step("plan", 1.1, new StepResult { Summary = "2 migrations will be applied" }),
            Step("migrate-deploy", 0.2, Failing("not approved", Unapproved))],
        NotChecked = ["verify-ready did not run", "what pgaudit writes: it is not installed on the scratch server"],
        Release = Release(Plan, approvals: 0),
    };

    public static GateReport Losing => Ready with { Release = Release(WithLoss, approvals: 1, required: 2) };

    public static GateReport Released => Base with
    {
        Steps = [
            Guard, Safety, Backup, Rehearse, Step("migrate-deploy", 3.2, new StepResult { Summary = "2 applied, 6/6 migrations applied" }),
            Step("verify-ready", 2, new StepResult { Summary = "ready" })],
        Release = Release(Plan, approvals: 1) with { Deployed = ["20261120_orders", "20261121_index"] },
    };

    public static GateReport Blocked => Base with
    {
        Steps =
        [
            Step("forbid-db-push", 0.3, Failing(
                "production reaches prisma db push",
                new Problem(
                    new ProblemCode("DBG0401", "A production path reaches a destructive command", ExitCode.Blocked),
                    "production reaches prisma db push: Dockerfile:19 CMD [\"./scripts/start.sh\"] → scripts/start.sh:5 npx prisma db push")
                {
                    Cause = "the image's start command",
                    State = DatabaseState.NotContacted,
                    Fix = "npx prisma migrate deploy",
                    Location = new SourceLocation("scripts/start.sh", 5),
                })),
        ],
        NotChecked = [
            "production-safety did not run", "backup-first did not run", "rehearse did not run", "plan did not run",
            "migrate-deploy did not run", "verify-ready did not run"],
    };

    public static GateReport Failed => Base with
    {
        Steps =
        [
            Guard, Safety, Backup,
            Step("migrate-deploy", 3.2, Failing(
                "20261121_index failed",
                new Problem(
                    new ProblemCode("DBG0505", "A migration failed", ExitCode.MigrationFailed),
                    "20261121_index failed at statement 2: could not create unique index \"Order_number_key\" (SQLSTATE 23505)")
                {
                    Cause = "Key (number)=(A-1042) is duplicated",
                    State = "20261120_orders is applied; of 20261121_index the first statement stays applied; the ledger has it as failed",
                    Fix = new(
                        "Resolve it in the ledger, fix the file and release again",
                        FixCommand.Run("npx", "prisma", "migrate", "resolve", "--rolled-back", "20261121_index"),
                        FixCommand.Gate(
                            "restore", ("environment", "production"),
                            ("backup", "shop_production_20261122_060000.sql.gz")) with { Note = "or go back to the backup" }),
                    Location = new SourceLocation("20261121_index/migration.sql", 3),
                })),
        ],
        NotChecked = ["verify-ready did not run"],
        Release = Release(Plan, approvals: 1),
    };

    public static GateReport Empty =>
        new() { ToolVersion = "1.4.2", Environment = "development", StartedAt = Now, FinishedAt = Now, Steps = [] };

    /// <summary>500 findings, 300 tables, and names that want out of their place.</summary>
    public static GateReport Huge => Base with
    {
        Target = $"postgresql://app@db/{Hostile[1]}",
        Steps =
        [
            Step("forbid-db-push", 3, new StepResult
            {
                Summary = Hostile[0],
                Problems = [.. Enumerable.Range(0, 500).Select(Finding)],
                Facts = [.. Hostile.Select(name => new Fact(name, name))],
                Checks = [
                    new CheckReport(
                        new CheckDescriptor("DBG0101", Hostile[0], Hostile[1], ""), CheckResult.Passed(Hostile[2]), TimeSpan.Zero)],
            }),
        ],
        Problems = [Finding(1) with { Severity = Severity.Warning }],
        WaiversUsed = [new Waiver("DBG0401", Hostile[0], Hostile[1], Hostile[2], new DateOnly(2027, 1, 1))],
        NotChecked = [.. Hostile],
        Release = Release(HugePlan, approvals: 2, required: 3) with
        {
            ApprovalsNotCounted = Hostile,
            History = History(HugeTables(12)),
        },
    };

    /// <summary>As large as the page has to bear: this many findings.</summary>
    public static GateReport WithFindings(int count) =>
        Blocked with { Steps = [Step("forbid-db-push", 3, Failing("many", [.. Enumerable.Range(0, count).Select(Finding)]))] };

    static GateReport Base => new()
    {
        ToolVersion = "1.4.2",
        Environment = "production",
        Target = "postgresql://app@db.example.com:5432/shop?schema=public",
        Commit = "8da586f0123456789abcdef0123456789abcdef0",
        StartedAt = Now.AddMinutes(-4),
        FinishedAt = Now,
        Steps = [],
    };

    static Plan Plan => new()
    {
        RequestedBy = "ana",
        CreatedAt = Now.AddMinutes(-1),
        ExpiresAt = Now.AddMinutes(59),
        Promise = new PlanPromise
        {
            Tool = "DbGate 1.4.2",
            Environment = "production",
            Target = new PlanTarget("7301", 16384, "shop", 170004, "public"),
            Commit = new string('a', 40),
            Engine = "npx --no-install prisma migrate deploy",
            ToolVersion = "7.10.1",
            Applied = [new("1_init", new string('1', 64))],
            Pending = [new("20261120_orders", new string('2', 64)), new("20261121_index", new string('3', 64))],
            Backup = new PlanBackup(
                "shop_production_20261122_060000.sql.gz", "s3://acme-backups/prod/shop_production_20261122_060000.sql.gz",
                new string('b', 64), Now.AddMinutes(-3), "L1"),
        },
        Migrations =
        [
            new("20261120_orders",
                "-- AlterTable\nALTER TABLE \"Order\" ADD COLUMN \"note\" TEXT;\n\n-- AlterTable\nALTER TABLE \"Order\" ALTER COLUMN "
                    + "\"total\" TYPE NUMERIC(12,2);\nUPDATE \"User\" SET \"tier\" = 'basic'\n  WHERE \"tier\" IS NULL;\n"),
            new("20261121_index", "CREATE INDEX \"Order_userId_idx\" ON \"Order\"(\"userId\");\n"),
        ],
        Forecast = new Forecast(
            ForecastOutcome.Deploys,
            null,
            "2 migrations will be applied: 20261120_orders, 20261121_index",
            null,
            [
                new("20261120_orders", 3, "1-2", "Prisma 7.10.1 commits each statement on its own",
                    ["psql \"$DIRECT_URL\" -c \"select logs from _prisma_migrations where migration_name = '20261120_orders'\"",
                        "either run the statements that are left by hand, and then: npx prisma migrate resolve --applied 20261120_orders"]),
                new("20261121_index", 1, null, "Prisma 7.10.1 commits each statement on its own",
                    ["npx prisma migrate resolve --rolled-back 20261121_index"]),
            ]),
        Findings = [
            new("DBG0240", "warning", "CREATE INDEX without CONCURRENTLY blocks writes to \"Order\"", "20261121_index/migration.sql:1",
                "84,210 rows", "CREATE INDEX CONCURRENTLY in a migration of its own")],
        Rehearsal = new PlanRehearsal(
            "a throwaway server, PostgreSQL 17.4",
            252_000,
            1_940,
            [
                new("20261120_orders", 1_410, [new("public.\"Order\"", "ACCESS EXCLUSIVE")], ["public.\"Order\""])
                {
                    Statements =
                    [
                        new(1, 2, 4_100, 1, [new("public.\"Order\"", "ACCESS EXCLUSIVE")], [], 0, 0, false),
                        new(2, 5, 1_205_000, 2, [new("public.\"Order\"", "ACCESS EXCLUSIVE")], ["public.\"Order\""], 84_210, 0, false),
                        new(3, 6, 200_900, 3, [new("public.\"User\"", "SHARE UPDATE EXCLUSIVE")], [], 12_000, 1_180, false),
                    ],
                },
                new("20261121_index", 530, [new("public.\"Order\"", "SHARE")], [])
                {
                    Statements = [new(1, 1, 530_000, 1, [new("public.\"Order\"", "SHARE")], [], 84_210, 0, false)],
                },
            ],
            ["column public.\"Order\".note added", "column public.\"Order\".total changed", "index public.\"Order_userId_idx\" added"],
            [],
            ["public.\"Product\"", "public.\"Session\""],
            [],
            new string('c', 64)),
        Drift = [],
        RollbackOptions =
        [
            new("restore the whole database",
                ["./build.sh --target=restore --environment=production --backup=shop_production_20261122_060000.sql.gz"], 252_000,
                "measured at the rehearsal: 4 min 12 s"),
            new("resolve a migration that failed",
                ["npx prisma migrate resolve --rolled-back 20261120_orders", "npx prisma migrate resolve --rolled-back 20261121_index"],
                null, "writes the ledger only; see the forecast for what a file may leave behind"),
        ],
        ApprovalsRequired = 1,
        NotChecked = ["what pgaudit writes: it is not installed on the scratch server"],
        Waivers = ["DBG0104 (*) by ana@example.com until 2027-01-31: the pooler limits"],
    };

    static Plan WithLoss => Plan with
    {
        Rehearsal = Plan.Rehearsal! with
        {
            Losses = [
                new("ColumnDropped:public.\"User\".nickname=120",
                    "column public.\"User\".nickname is dropped with 120 values in 12000 rows"),
                    new("RowsDeleted:public.\"Session\"=44", "44 rows of public.\"Session\" are deleted")],
        },
    };

    static Plan HugePlan => Plan with
    {
        RequestedBy = Hostile[0],
        Forecast = Plan.Forecast with
        {
            Sentence = Hostile[1],
            Files = [.. Enumerable.Range(0, 30).Select(index => new FileForecast(Name(index), 2, "1", Name(index + 1), [Name(index + 2)]))],
        },
        Migrations = [.. Enumerable.Range(0, 30)
            .Select(index =>
                new PlannedMigration(Name(index), $"ALTER TABLE \"{Name(index)}\" ADD COLUMN x text;\nSELECT '{Name(index + 1)}';\n"))],
        Findings = [.. Hostile.Select(name => new PlanFinding("DBG0240", "warning", name, name, name, name))],
        Drift = Hostile,
        Rehearsal = Plan.Rehearsal! with
        {
            Server = Hostile[2],
            Migrations =
            [
                .. Enumerable.Range(0, 30).Select(index => new RehearsedMigration(Name(index), 40, [], Hostile)
                {
                    Statements = [.. Enumerable.Range(0, 10).Select(one => new RehearsedStatement(
                        one + 1, 1, 4_000, one,
                        [new(
                            $"public.\"{Name((index * 10) + one)}\"",
                            one % 3 == 0 ? "ACCESS EXCLUSIVE" : one % 3 == 1 ? "SHARE" : "SHARE UPDATE EXCLUSIVE")], [Name(one)],
                            1_000_000_000, 1, true))],
                }),
            ],
            Effects = [.. Enumerable.Range(0, 300).Select(Name)],
            Losses = [.. Hostile.Select(name => new PlanLoss(name, name))],
            Unchanged = [.. Enumerable.Range(0, 300).Select(Name)],
            Uncompared = Hostile,
        },
        RollbackOptions = [.. Hostile.Select(name => new WayBack(name, [name], 1000, name))],
    };

    static ReleaseFacts Release(Plan plan, int approvals, int required = 1) => new()
    {
        Plan = plan,
        Digest = new string('9', 64),
        IsStored = true,
        ApprovalsRequired = required,
        Approvals = [.. Enumerable.Range(0, approvals).Select(index => new Approval
        {
            Plan = new string('9', 64), Environment = "production", By = $"ben {index}", At = Now, Via = "terminal", Tool = "DbGate 1.4.2",
            AcceptedLosses = [.. plan.Losses.Select(loss => loss.Name)],
        })],
        History = History(
        [
            new TableGrowth("public.Order", [.. Enumerable.Range(0, 20).Select(day => (long?)(61_000 + (day * 1_220)))]),
            new TableGrowth("public.User", [.. Enumerable.Range(0, 20).Select(day => (long?)(11_400 + (day * 30)))]),
            new TableGrowth("public.Session", [.. Enumerable.Range(0, 20).Select(day => (long?)(day % 7 * 900))]),
            new TableGrowth(
                "public.Invoice", [null, null, null, null, null, null, null, null, 2, 4, 8, 16, 20, 22, 40, 41, 44, 50, 51, 60]),
        ]),
    };

    static BackupHistory History(IReadOnlyList<TableGrowth> tables) => new(
        "s3://acme-backups/prod",
        [
            .. Enumerable.Range(0, 20).Select(day => new BackupPoint(
                $"shop_production_202611{day + 3:00}_060000.sql.gz", Now.AddDays(day - 19).AddMinutes(-3),
                1_050_000_000 + (day * 12_000_000L), 4_100_000_000 + (day * 55_000_000L), 9_200_000, TimeSpan.FromSeconds(190 + day),
                day == 11 ? "L3" : "L1")),
        ],
        41,
        [
            new RestoreTestPoint("a", Now.AddDays(-101), true, "L3", TimeSpan.FromSeconds(201), 8_100_000),
            new RestoreTestPoint("b", Now.AddDays(-40), false, "L3", TimeSpan.FromSeconds(222), 8_700_000),
            new RestoreTestPoint("c", Now.AddDays(-8), true, "L3", TimeSpan.FromSeconds(241), 9_100_000),
        ],
        tables);

    static IReadOnlyList<TableGrowth> HugeTables(int count) =>
        [.. Enumerable.Range(0, count).Select(index => new TableGrowth(Name(index), [long.MaxValue / 4, index, null, long.MaxValue / 2]))];

    static string Name(int index) => $"{Hostile[index % Hostile.Length]}{index}";

    static Problem Finding(int index) =>
        new(new ProblemCode($"DBG04{index % 5:00}", Hostile[index % Hostile.Length], ExitCode.Blocked),
            $"{Name(index)} reaches {Name(index + 3)}")
    {
        Cause = Name(index + 1),
        State = DatabaseState.NotContacted,
        Fix = index % 2 == 0 ? "npx prisma migrate deploy" : Name(index),
        Location = new SourceLocation($"packages/{Name(index)}/scripts/start.sh", index + 1),
    };

    static Problem Unapproved => new(NotApproved, $"plan {new string('9', 64)} has 0 of 1 approvals") { State = DatabaseState.Untouched };

    static StepResult Failing(string summary, params IEnumerable<Problem> problems) =>
        new() { Summary = summary, Problems = [.. problems] };

    static StepReport Guard =>
        Step("forbid-db-push", 0.41, new StepResult { Summary = "412 files, 9 entry points: none reaches a destructive command" });

    static StepReport Safety => Step("production-safety", 0.4, new StepResult
    {
        Summary = "4 checks hold",
        Checks = [
            new CheckReport(
                new CheckDescriptor("DBG0101", "databaseSafety", "", ""), CheckResult.Passed("SSL, 20 of 100 connections"), TimeSpan.Zero)],
    });

    static StepReport Backup => Step("backup-first", 201, new StepResult
    {
        Summary = "1.2 GB in 3 min 21 s, read back and verified (L1)",
        Facts = [
            new Fact("archive", "s3://acme-backups/prod/shop_production_20261122_060000.sql.gz"), new Fact("sha256", new string('e', 64))],
    });

    static StepReport Rehearse =>
        Step("rehearse", 254, new StepResult { Summary = "2 migrations in 1.9 s on the restored backup, nothing lost" });

    static StepReport Step(string name, double seconds, StepResult result) =>
        new(new StepDescriptor(name, ""), result, TimeSpan.FromSeconds(seconds));
}
