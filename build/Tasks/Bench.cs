using System.Diagnostics;
using Cake.Common;
using Cake.Core;
using Cake.Frosting;
using DbGate.Frosting;
using DbGate.Problems;

namespace DbGate.Build.Tasks;

[TaskName("bench")]
[TaskDescription("Measures DbGate against its comparators: --suite=start|backup|… [--runs=5] [--scale=1]. Makes its own data.")]
public sealed class Bench(RunOutcome outcome) : AsyncFrostingTask
{
    static readonly string Project = Paths.Root.Combine("build/DbGate.Bench").FullPath;
    static readonly string Folder = Paths.Root.Combine("artifacts/host/bench").FullPath;

    public override async Task RunAsync(ICakeContext context)
    {
        // As build.sh publishes the build: ahead of time where the feed has the compiler, which its last restore found out.
        var found = Paths.Root.CombineWithFilePath("artifacts/host/ready-to-run").FullPath;
        var ahead = File.Exists(found) ? (await File.ReadAllTextAsync(found)).Trim() : "false";
        await Archives.DotNet.RunAsync(
            [
                "publish", Project, "-c", "Release", "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false", "-p:HostBuild=true",
                $"-p:HostReadyToRun={ahead}", "-o", Folder,
            ],
            CancellationToken.None);

        var start = new ProcessStartInfo(Archives.DotNet.Program, [Path.Combine(Folder, "DbGate.Bench.dll"), .. Arguments(context)]);
        using var bench = Process.Start(start) ?? throw new InvalidOperationException("dotnet was not started");
        try
        {
            await bench.WaitForExitAsync();
        }
        finally
        {
            if (!bench.HasExited)
            {
                bench.Kill(entireProcessTree: true);
            }
        }

        if (bench.ExitCode != 0)
        {
            outcome.Fail(Enum.IsDefined((ExitCode)bench.ExitCode) ? (ExitCode)bench.ExitCode : ExitCode.InternalFault);
        }
    }

    static IEnumerable<string> Arguments(ICakeContext context) => new[] { "suite", "runs", "scale" }
        .Where(name => context.HasArgument(name))
        .Select(name => $"--{name}={context.Argument<string>(name)}");
}
