using Cake.Frosting;
using DbGate.Build;
using DbGate.Build.Prerequisites;
using DbGate.Frosting;
using DbGate.GitHub;
using DbGate.GitHub.Approvals;
using DbGate.Publishing;
using DbGate.Releases;
using Microsoft.Extensions.DependencyInjection;

return new CakeHost()
    .ConfigureServices(services => services
        .AddSingleton(BuildScriptStyle.From(args))
        .AddSingleton<IReportPublisher, GitHubPublisher>()
        .AddSingleton<IApprovalSource, GitHubApprovals>())
    .UseTaskLifetime<PostgresTasks>()
    .RunGates(args, "filter", "suite", "sample", "runs", "scale", "runtime", "base", "tag", "build-arg");
