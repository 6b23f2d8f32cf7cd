using Cake.Common;
using Cake.Core;
using Cake.Frosting;
using DbGate.Build.Demo;

namespace DbGate.Build.Tasks;

[TaskName("demo")]
[TaskDescription("Starts a throwaway PostgreSQL and shows a release that passes and two that are blocked: [--sample=wallet|shop].")]
public sealed class DemoTask : AsyncFrostingTask
{
    public override async Task RunAsync(ICakeContext context)
    {
        DemoProject project = context.Argument("sample", "wallet") switch
        {
            "wallet" => new DemoWallet(Paths.Root.Combine("artifacts/demo/wallet").FullPath),
            "shop" => new DemoShop(Paths.Root.Combine("artifacts/demo/shop").FullPath),
            var other => throw new CakeException($"--sample={other} is neither wallet nor shop"),
        };
        using var limit = new CancellationTokenSource(project.Deadline);
        await using var server = await DemoServer.StartAsync(limit.Token);
        await using var run = new DemoRun(server, project);
        await run.RunAsync(limit.Token);
    }
}
