using Cake.Core;
using Cake.Frosting;
using DbGate.Build.Demo;

namespace DbGate.Build.Tasks;

[TaskName("demo")]
[TaskDescription("Starts a throwaway PostgreSQL and shows a release that passes and two that are blocked.")]
public sealed class DemoTask : AsyncFrostingTask
{
    public override async Task RunAsync(ICakeContext context)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await using var server = await DemoServer.StartAsync(limit.Token);
        var project = new DemoProject(Paths.Root.Combine("artifacts/demo/wallet").FullPath);
        await using var run = new DemoRun(server, project);
        await run.RunAsync(limit.Token);
    }
}
