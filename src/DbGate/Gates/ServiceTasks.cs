using DbGate.Configuration;
using DbGate.Gates.Steps;
using static DbGate.Gates.TaskGroup;

namespace DbGate.Gates;

/// <summary>GitHub, the service and fleets.</summary>
static class ServiceTasks
{
    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        new()
        {
            Name = "github-approvals",
            Group = TaskGroup.GitHub,
            Description = "Counts GitHub reviews of this workflow run as approvals of --plan=<digest>.",
            DryRun = "read the reviews and the rules of the GitHub environment, bind them to the plan, and store them next to it; contact "
                + "no database",
            Settings = [PlanSettings.Digest, GitHubSettings.Environment, GitHubSettings.Binding],
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
            Settings = [.. SettingsCatalog.OfTopic("github")],
            Examples = ["dbgate publish --environment=production", "dbgate publish --environment=production --github-repository=acme/shop"],
            Step = () => new PublishStep(),
        },
        new()
        {
            Name = "serve",
            Group = Serve,
            Description = "Answers /ready, /live, /metrics and /admin until it is stopped: the sidecar of a service in any language.",
            DryRun = "listen at service.address and run the checks of /ready for each request; write nothing",
            Settings = [.. SettingsCatalog.OfTopic("service")],
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
            Settings = [.. SettingsCatalog.OfTopic("fleet")],
            Examples = ["dbgate fleet --fleet-list=databases.txt --json"],
            Step = () => new FleetStep(),
        },
        new()
        {
            Name = "aggregate",
            Group = Serve,
            Description = "Writes one summary of a fleet from the reports of its databases: --fleet-reports=<folder>.",
            DryRun = "read the reports of a fleet and sum them up; contact no database",
            Settings = [FleetSettings.List, FleetSettings.Reports],
            Examples = ["dbgate aggregate --fleet-list=databases.txt --fleet-reports=artifacts/dbgate-fleet"],
            Step = () => new AggregateStep(),
        },
    ];
}
