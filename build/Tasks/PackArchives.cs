using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Frosting;
using DbGate.Build.Archives;
using DbGate.Frosting;
using DbGate.Problems;

namespace DbGate.Build.Tasks;

[TaskName("archives")]
[TaskDescription("Makes the self-contained archives of dbgate, their SHA256SUMS and lists of packages; --runtime=linux-x64 makes one.")]
public sealed class PackArchives(RunOutcome outcome) : AsyncFrostingTask
{
    public override async Task RunAsync(ICakeContext context)
    {
        var only = context.Argument<string?>("runtime", null);
        var runtimes = ToolRuntime.All.Where(runtime => only is null || runtime.Id == only).ToArray();
        if (runtimes.Length == 0)
        {
            outcome.SayLast($"--runtime={string.Join('|', ToolRuntime.All.Select(runtime => runtime.Id))}");
            outcome.Fail(ExitCode.Usage);
            return;
        }

        var made =
            await ArchiveSet.MakeAsync(Paths.Packages.FullPath, runtimes, line => context.Information("{0}", line), CancellationToken.None);
        foreach (var line in made.Lines)
        {
            outcome.SayLast(line);
        }

        if (made.Count == 0)
        {
            outcome.Fail(ExitCode.Environment);
        }
    }
}
