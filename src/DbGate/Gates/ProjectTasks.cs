using DbGate.Configuration;
using DbGate.Gates.Steps;
using static DbGate.Configuration.TaskOptions;
using static DbGate.Gates.TaskGroup;

namespace DbGate.Gates;

/// <summary>The protection of the database and the first steps of a project.</summary>
static class ProjectTasks
{
    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        new()
        {
            Name = "protect",
            Group = Protect,
            Description = "Makes the database refuse schema changes outside a release. --verify only checks; --print-sql only "
                + "writes the SQL.",
            DryRun = "take DbGate's advisory lock; install the schema dbgate and its event triggers in one transaction; read them again",
            Options = [Verify, PrintSql],
            Settings = [.. SettingsCatalog.OfTopic("protection")],
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
                "look at the migration tool, the package manager and the hosts; write dbgate.json, dbgate.schema.json, "
                + ".github/workflows/dbgate.yml where they are missing, and append to .gitignore",
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
    ];
}
