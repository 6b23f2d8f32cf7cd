using DbGate.Configuration;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using static DbGate.Configuration.SettingsCatalog;
using static DbGate.Configuration.TaskOptions;
using static DbGate.Gates.TaskGroup;

namespace DbGate.Gates;

/// <summary>
/// Every task there is. A new one is one entry here and its step. Help, completion and docs/reference/tasks.md are generated from it;
/// the tasks of
/// Frosting and of MSBuild are tested against it.
/// </summary>
static class TaskCatalog
{
    const string Backing =
        "dump the target into the backup folder or bucket, read the archive back, and write its manifest last; change nothing in "
            + "the database";

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        new()
        {
            Name = "release",
            Group = Release,
            Description = "Runs the whole chain: guard, safety, backup, rehearsal, plan, deploy, readiness.",
            Prerequisites =
            [
                "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan", "migrate-deploy",
                "verify-ready",
            ],
            Settings =
            [
                .. Topic("backup"), .. Topic("migrations"), .. Topic("ready"), Rehearsal, .. Topic("compatibility"), Plan, PlanExpiry,
            ],
            Examples =
            [
                "dbgate release --environment=production --dryrun",
                "dbgate release --environment=production",
                "dbgate release --environment=production --plan=3f9a62c1",
            ],
        },
        new()
        {
            Name = "plan",
            Group = Release,
            Description = "Writes the plan of a deploy with a digest to approve.",
            DryRun = "read the ledger, the migrations and this run's evidence; store the plan next to the backups; change nothing in "
                + "the database",
            Prerequisites = ["rehearse", "compatibility"], // what a plan promises is what this run checked, backed up and measured
            Settings = [MigrationsFolder, Rehearsal, PlanExpiry, RequestedBy],
            Examples = ["dbgate plan --environment=production"],
            NotKnown = "the plan's digest, and how many approvals it needs",
            Step = () => new PlanStep(),
        },
        new()
        {
            Name = "approve",
            Group = Release,
            Description = "Approves a plan: --plan=<digest> --by=<name>. Asks on a terminal; elsewhere --confirm=APPROVE_PRODUCTION.",
            DryRun = "read the plan, ask the database for its time where a URL is set, check the policy, ask for confirmation, and store "
                + "the approval next to the plan",
            Options = [By, Confirm, AcceptLoss],
            Settings = [Plan],
            Examples =
            [
                "dbgate approve --environment=production --plan=3f9a62c1 --by=alice",
                "dbgate approve --environment=production --plan=3f9a62c1 --by=alice --accept-loss=\"column public.users.phone\"",
            ],
            Step = () => new ApproveStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "rehearse",
            Group = Release,
            Description = "Restores this run's backup into a scratch server and runs the pending migrations there.",
            DryRun =
                "restore the backup into a throwaway server or TEST_DATABASE_URL, run the pending migrations there, compare contents "
                    + "and catalogs; "
                + "only read the target",
            Prerequisites = ["backup-first"],
            Settings = [.. Topic("migrations"), RestoreJobs, Rehearsal, RehearseLoad],
            Examples = ["dbgate rehearse --environment=production --rehearsal=required"],
            NotKnown = "locks, times and losses: only the rehearsal measures them",
            Step = () => new RehearseStep(),
        },
        new()
        {
            Name = "compatibility",
            Group = Release,
            Description = "Tests the running release's queries on the schema of the pending migrations.",
            DryRun =
                "read the running release's queries from the target's statistics, restore the backup's schema into a throwaway server, "
                    + "run the pending migrations there, and parse and plan each query before and after them; run no query, and only read "
                    + "the target",
            Prerequisites = ["backup-first"],
            Settings = [.. Topic("migrations"), .. Topic("compatibility")],
            Examples =
            [
                "dbgate compatibility --environment=production",
                "dbgate compatibility --environment=staging --compatibility-queries=queries.sql",
            ],
            NotKnown = "which queries of the running release fail after the migrations",
            Step = () => new CompatibilityStep(),
        },
        new()
        {
            Name = "migrate-deploy",
            Group = Release,
            Description = "Checks everything again under a lock, applies the pending migrations and reads the ledger again.",
            DryRun =
                "check guard, safety and backup evidence; take DbGate's advisory lock; demand the approved plan; apply the pending "
                    + "migrations; "
                + "read the ledger again",
            Prerequisites = ["backup-first"],
            Settings = [.. Topic("migrations"), BackupMaxAge, Plan],
            Examples = ["dbgate migrate-deploy --environment=staging --engine=direct"],
            NotKnown = "whether the plan is approved then, and what else was written before",
            Step = () => new MigrateDeployStep(),
        },
        new()
        {
            Name = "resolve",
            Group = Release,
            Description = "Marks a migration as applied or rolled back after comparing the schema.",
            DryRun = "read the ledger; run the migrations on a scratch server and compare the schema with the target's; take DbGate's "
                + "advisory lock; write the migration's state into the ledger",
            Options = [Migration, As, Confirm],
            Settings = [.. Topic("migrations")],
            Examples =
            [
                "dbgate resolve --environment=staging --migration=20261122101500_name --as=rolled-back",
                "dbgate resolve --environment=production --migration=20261122101500_name --as=applied --confirm=shop",
            ],
            Step = () => new ResolveStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "verify-ready",
            Group = Release,
            Description = "Verifies that the ledger is clean, the safety rules hold and /ready answers 200 and \"ready\".",
            DryRun = "read the ledger, run the checks, and ask READY_URL until it is ready or READY_TIMEOUT has passed; write nothing",
            Settings = [ReplicaMaxLag, MigrationsFolder, .. Topic("ready")],
            Examples = ["dbgate verify-ready --environment=production --ready-timeout=30s"],
            NotKnown = "whether the application answers after the deploy",
            Step = () => new VerifyReadyStep(),
        },
        new()
        {
            Name = "forbid-db-push",
            Group = Check,
            Description = "Verifies that production does not reach prisma db push or another destructive command.",
            DryRun = "read the project's files and follow every path that production runs; contact no database",
            Settings = [NoEntrypoints],
            Examples = ["dbgate forbid-db-push --environment=production", "dbgate forbid-db-push --environment=production --json"],
            Step = () => new ForbidDbPushStep(),
        },
        new()
        {
            Name = "guard",
            Group = Check,
            Description = "Judges one command line (--command=\"…\"). Exits 10 when it is destructive for the environment.",
            DryRun = "class the command line, following the project's scripts that it runs; run nothing",
            Options = [Command, Identify],
            Examples = ["dbgate guard --environment=production --command=\"npx prisma db push\""],
            Step = () => new GuardStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "production-safety",
            Group = Check,
            Description = "Checks TLS, connection limits, the push flag, backup settings and the age of the last restore test.",
            DryRun = "connect to the target and run the checks databaseSafety, backupConfig and migrations; write nothing",
            Settings = [MaxConnections, PushAllowed, ReplicaMaxLag, BackupEnabled, BackupRetentionDays, LastRestoreTestDate],
            Examples = ["dbgate production-safety --environment=production"],
            Step = () => new ProductionSafetyStep(),
        },
        new()
        {
            Name = "stats",
            Group = Check,
            Description = "Shows the size of the database and the rows of its tables. --exact counts them.",
            DryRun = "read pg_database_size and the tables' row estimates (with --exact: count every table); write nothing",
            Options = [Exact],
            Examples = ["dbgate stats --environment=production", "dbgate stats --environment=production --exact --json"],
            Step = () => new StatsStep(),
        },
        new()
        {
            Name = "checklist",
            Group = Check,
            Description = "Shows the release manager's checklist with a measured value for each line.",
            DryRun = "run every check of the list; write nothing",
            Examples = ["dbgate checklist --environment=production"],
            Step = () => new ChecklistStep(),
        },
        new()
        {
            Name = "audit",
            Group = Check,
            Description = "Shows the evidence log and verifies its chain and signatures. Detects a missing or edited record.",
            DryRun = "read the evidence log from the store and follow its chain; write nothing",
            Options = [EvidenceHead],
            Examples = ["dbgate audit --environment=production"],
            Step = () => new AuditStep(),
        },
        new()
        {
            Name = "doctor",
            Group = Check,
            Description = "Shows what this machine and project lack, and the command that fixes it.",
            DryRun = "look for client tools, server programs, container engines, Node, the Prisma project and the target; write nothing",
            Examples = ["dbgate doctor", "dbgate doctor --environment=production --project=../shop"],
            Step = () => new DoctorStep(),
        },
        new()
        {
            Name = "backup",
            Group = Backup,
            Description = "Takes and verifies a backup without a release, for schedules.",
            DryRun = Backing,
            Settings = [.. Topic("backup")],
            Examples = ["dbgate backup --environment=production", "dbgate backup --environment=production --jobs=4 --compression=6"],
            Step = () => new BackupFirstStep(alwaysTake: true),
        },
        new()
        {
            Name = "backup-first",
            Group = Backup,
            Description = "Takes a backup, reads it back from the store and checks every byte.",
            DryRun = Backing,
            Prerequisites = ["forbid-db-push", "production-safety"],
            Settings = [.. Topic("backup")],
            Examples = ["dbgate backup-first --environment=production --backup-max-age=30m"],
            NotKnown = "whether the backup succeeds, its size and its time",
            Step = () => new BackupFirstStep(),
        },
        new()
        {
            Name = "prune-backups",
            Group = Backup,
            Description = "Deletes backups that no retention rule keeps. --preview only lists them with the reason.",
            DryRun = "list the stores' backups, decide, log and delete; with --preview: only list what would be deleted, with the reason",
            Options = [Preview],
            Settings = [.. Topic("backup")],
            Examples = ["dbgate prune-backups --environment=production --preview"],
            Step = () => new PruneBackupsStep(),
        },
        new()
        {
            Name = "restore-test",
            Group = Backup,
            Description = "Restores the newest backup into a scratch database, compares every row and records the result.",
            DryRun = "verify the backup, restore it into TEST_DATABASE_URL or a throwaway server, compare it with its manifest, write the "
                + "record into the store",
            Options = [RestoreBackup],
            Settings = [.. Topic("restore")],
            Examples =
            [
                "dbgate restore-test --environment=production",
                "dbgate restore-test --environment=production --schema-only",
                "dbgate restore-test --environment=production --due-after=30d",
            ],
            NotKnown = "whether the backup restores, and how long it takes",
            Step = () => new RestoreTestStep(),
        },
        new()
        {
            Name = "restore",
            Group = Backup,
            Description = "Restores a backup into a new database, verifies it and swaps it in. --into, --table and --file keep "
                + "it separate.",
            DryRun = "verify the backup, restore it into a new database, compare it with its manifest, then rename both; with --into or "
                + "--table: keep it separate",
            Options = [RestoreBackup, RestoreFile, RestoreTable, RestoreInto, RestorePrepared, Confirm],
            Settings = [RestoreOmit, RestoreOwnerMap, RestoreJobs],
            Examples =
            [
                "dbgate restore --environment=production --into=shop_yesterday",
                "dbgate restore --environment=production --table=public.wallets --into=wallets_yesterday",
            ],
            Step = () => new RestoreStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "protect",
            Group = Protect,
            Description = "Makes the database refuse schema changes outside a release. --verify only checks; --print-sql only "
                + "writes the SQL.",
            DryRun = "take DbGate's advisory lock; install the schema dbgate and its event triggers in one transaction; read them again",
            Options = [Verify, PrintSql],
            Settings = [.. Topic("protection")],
            Examples = ["dbgate protect --environment=production --print-sql", "dbgate protect --environment=production --verify"],
            Step = () => new ProtectStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "unprotect",
            Group = Protect,
            Description = "Removes the protection. In production only with --confirm=<database>.",
            DryRun = "take DbGate's advisory lock; drop the event triggers, the tripwires and the schema dbgate in one transaction",
            Options = [Confirm],
            Examples = ["dbgate unprotect --environment=production --confirm=shop_production"],
            Step = () => new UnprotectStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "init",
            Group = Setup,
            Description = "Writes a commented dbgate.json, a workflow and .gitignore lines. Never changes an existing file.",
            DryRun =
                "look at Prisma, the package manager and the hosts; write dbgate.json, dbgate.schema.json, .github/workflows/dbgate.yml "
                + "where they are missing, and append to .gitignore",
            Options = [Agents],
            Examples = ["dbgate init", "dbgate init --project=../shop --dryrun"],
            Step = () => new InitStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "setup",
            Group = Setup,
            Description = "Asks for production's values on a terminal, checks each against the server and writes .env.production.",
            DryRun = "ask for the URL, the connection limit, the retention and the address of /ready; connect and read only; write "
                + ".env.production (mode 0600) and append to .gitignore",
            Examples = ["dbgate setup", "dbgate setup --project=../shop"],
            Step = () => new SetupStep(),
            IsForPeopleOnly = true,
        },
        new()
        {
            Name = "github-approvals",
            Group = TaskGroup.GitHub,
            Description = "Counts GitHub reviews of this workflow run as approvals of --plan=<digest>.",
            DryRun = "read the reviews and the rules of the GitHub environment, bind them to the plan, and store them next to it; contact "
                + "no database",
            Settings = [Plan, GitHubEnvironment, GitHubApprovalBinding],
            Examples = ["dbgate github-approvals --environment=production --plan=3f9a62c1"],
            Step = () => new GitHubApprovalsStep(),
        },
        new()
        {
            Name = "publish",
            Group = TaskGroup.GitHub,
            Description = "Publishes verdicts that earlier runs kept because GitHub did not answer.",
            DryRun =
                "read the verdicts that wait in the reports' folder and next to the backups, publish them, and forget those that are "
                    + "published; "
                + "contact no database",
            Settings = [.. Topic("github")],
            Examples = ["dbgate publish --environment=production", "dbgate publish --environment=production --github-repository=acme/shop"],
            Step = () => new PublishStep(),
        },
        new()
        {
            Name = "serve",
            Group = Serve,
            Description = "Answers /ready, /live, /metrics and /admin until it is stopped: the sidecar of a service in any language.",
            DryRun = "listen at service.address and run the checks of /ready for each request; write nothing",
            Settings = [.. Topic("service")],
            Examples = [
                "dbgate serve --environment=production", "dbgate serve --environment=production --service-address=http://0.0.0.0:8632"],
            IsForPeopleOnly = true,
            IsOfTool = true,
        },
        new()
        {
            Name = "fleet",
            Group = Serve,
            Description = "Splits the databases of --fleet-list into canaries and shards, as JSON for a matrix.",
            DryRun = "read the list of databases and print which are released first and which together; contact no database",
            Settings = [.. Topic("fleet")],
            Examples = ["dbgate fleet --fleet-list=databases.txt --json"],
            Step = () => new FleetStep(),
        },
        new()
        {
            Name = "aggregate",
            Group = Serve,
            Description = "Writes one summary of a fleet from the reports of its databases: --fleet-reports=<folder>.",
            DryRun = "read the reports of a fleet and sum them up; contact no database",
            Settings = [FleetList, FleetReports],
            Examples = ["dbgate aggregate --fleet-list=databases.txt --fleet-reports=artifacts/dbgate-fleet"],
            Step = () => new AggregateStep(),
        },
    ];

    /// <summary>The names of the tasks that a build may run: <c>Gates</c> of an MSBuild task, <c>DbGateChecks</c>.</summary>
    public static IReadOnlyList<string> OfBuilds { get; } = [.. All.Where(task => !task.IsForPeopleOnly).Select(task => task.Name)];

    /// <summary>The step of a task, as its entry describes it.</summary>
    /// <param name="task">The task's name.</param>
    /// <exception cref="ArgumentException">No step has this name.</exception>
    public static StepDescriptor Describe(string task) =>
        Find(task) is { DryRun: { } text } ? new(task, text) : throw new ArgumentException($"There is no step \"{task}\".", nameof(task));

    /// <summary>The task of this name; null when there is none.</summary>
    /// <param name="name">In any case.</param>
    public static TaskDefinition? Find(string name) =>
        All.FirstOrDefault(task => string.Equals(task.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The tasks that run for these, in order: prerequisites first, each once.</summary>
    /// <param name="names">Names of tasks that exist.</param>
    public static IReadOnlyList<TaskDefinition> Order(params IEnumerable<string> names)
    {
        var (met, order) = (new HashSet<string>(StringComparer.Ordinal), new List<TaskDefinition>());
        foreach (var name in names)
        {
            Visit(Find(name) ?? throw new ArgumentException($"There is no task \"{name}\".", nameof(names)));
        }

        return order;

        void Visit(TaskDefinition task)
        {
            if (met.Add(task.Name))
            {
                foreach (var before in task.Prerequisites)
                {
                    Visit(Find(before)!);
                }

                order.Add(task);
            }
        }
    }

    /// <summary>The steps that a build runs for these names, in order.</summary>
    /// <param name="names">Of <see cref="OfBuilds"/>.</param>
    /// <exception cref="GateException">DBG0060: a name is not one of them.</exception>
    public static IReadOnlyList<IStep> Steps(params IEnumerable<string> names)
    {
        string[] asked = [.. names];
        return Array.Find(asked, name => !OfBuilds.Contains(name)) is { } unknown
            ? throw new GateException(GateProblems.Unknown(unknown, NearestName.Of(unknown, OfBuilds), OfBuilds))
            : [.. Order(asked).Select(task => task.Step).OfType<Func<IStep>>().Select(make => make())];
    }

    /// <summary>The settings whose names begin with this part.</summary>
    static IEnumerable<Setting> Topic(string topic) => SettingsCatalog.All.Where(setting =>
        setting is { IsSecret: false, Option: not null }
            && setting.Name.StartsWith($"{topic}.", StringComparison.Ordinal)
            && !TaskOptions.All.Contains(setting));
}
