using DbGate.Configuration;
using DbGate.Gates.Steps;
using static DbGate.Configuration.TaskOptions;
using static DbGate.Gates.TaskGroup;

namespace DbGate.Gates;

/// <summary>The tasks of a release.</summary>
static class ReleaseTasks
{
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
                .. SettingsCatalog.OfTopic("backup"), .. SettingsCatalog.OfTopic("migrations"), .. SettingsCatalog.OfTopic("ready"),
                    RehearsalSettings.Policy, .. SettingsCatalog.OfTopic("compatibility"),
                    PlanSettings.Digest, PlanSettings.Expiry,
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
            Settings = [MigrationSettings.Folder, RehearsalSettings.Policy, PlanSettings.Expiry, PlanSettings.RequestedBy],
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
            Settings = [PlanSettings.Digest],
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
            Options = [TaskOptions.FromSchema, TaskOptions.SchemaBase],
            Settings = [.. SettingsCatalog.OfTopic("migrations"), RestoreSettings.Jobs, RehearsalSettings.Policy, RehearsalSettings.Load],
            Examples = ["dbgate rehearse --environment=production --rehearsal=required", "dbgate rehearse --from-schema"],
            NotKnown = "locks, times and losses: only the rehearsal measures them",
            Step = () => new RehearseStep(),
            Alone = (TaskOptions.FromSchema, () => new RehearseFromSchemaStep()),
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
            Options = [TaskOptions.FromSchema, TaskOptions.SchemaBase],
            Settings = [.. SettingsCatalog.OfTopic("migrations"), .. SettingsCatalog.OfTopic("compatibility")],
            Examples =
            [
                "dbgate compatibility --environment=production",
                "dbgate compatibility --environment=staging --compatibility-queries=queries.sql", "dbgate compatibility --from-schema",
            ],
            Alone = (TaskOptions.FromSchema, () => new CompatibilityFromSchemaStep()),
            NotKnown = "which queries of the running release fail after the migrations",
            Step = () => new CompatibilityStep(),
        },
        new()
        {
            Name = "split",
            Group = Release,
            Description = "Replaces a migration by two, for this release and the next one, and proves that they give the same schema.",
            DryRun = "start a throwaway server, run the migrations there, and compare the catalogs of the migration and of its parts; then "
                + "write the parts into the migrations folder and into dbgate-split; contact no database",
            Options = [Migration],
            Settings = [.. SettingsCatalog.OfTopic("migrations")],
            Examples = ["dbgate split", "dbgate split --migration=20261122101500_name"],
            Step = () => new SplitStep(),
            IsForPeopleOnly = true,
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
            Settings = [.. SettingsCatalog.OfTopic("migrations"), BackupSettings.MaxAge, PlanSettings.Digest],
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
            Settings = [.. SettingsCatalog.OfTopic("migrations")],
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
            Settings = [SafetySettings.ReplicaMaxLag, MigrationSettings.Folder, .. SettingsCatalog.OfTopic("ready")],
            Examples = ["dbgate verify-ready --environment=production --ready-timeout=30s"],
            NotKnown = "whether the application answers after the deploy",
            Step = () => new VerifyReadyStep(),
        },
    ];
}
