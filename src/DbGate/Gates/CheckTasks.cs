using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates.Steps;
using static DbGate.Configuration.TaskOptions;
using static DbGate.Gates.TaskGroup;

namespace DbGate.Gates;

/// <summary>The tasks that check and change nothing.</summary>
static class CheckTasks
{
    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        new()
        {
            Name = "forbid-db-push",
            Group = Check,
            Description = "Verifies that production does not reach a command that destroys the schema or its data.",
            DryRun = "read the project's files and follow every path that production runs; contact no database",
            Settings = [SafetySettings.NoEntrypoints],
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
            DryRun = "connect to the target and run the checks "
                + $"{string.Join(", ", CheckCatalog.BeforeRelease.Select(check => check.Descriptor.Name))}; write nothing",
            Settings = [DatabaseSettings.MaxConnections, SafetySettings.PushAllowed, SafetySettings.ReplicaMaxLag, BackupSettings.Enabled,
                BackupSettings.RetentionDays, BackupSettings.LastRestoreTestDate],
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
            DryRun = "look for client tools, server programs, container engines, Node, the project and the target; write nothing",
            Examples = ["dbgate doctor", "dbgate doctor --environment=production --project=../shop"],
            Step = () => new DoctorStep(),
        },
    ];
}
