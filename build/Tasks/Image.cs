using Cake.Common;
using Cake.Core;
using Cake.Frosting;
using DbGate.Build.Images;
using DbGate.Frosting;
using DbGate.Problems;

namespace DbGate.Build.Tasks;

[TaskName("image")]
[TaskDescription("Builds the container image where Docker is: --tag=<name>, --base=<image>, --build-arg=NAME=value; then looks into it.")]
public sealed class Image(RunOutcome outcome) : AsyncFrostingTask
{
    public override async Task RunAsync(ICakeContext context)
    {
        var image = new ToolImage(
            context.Argument<string?>("base", null), context.Argument<string?>("tag", null),
            [.. context.Arguments<string>("build-arg", Array.Empty<string>())]);
        var (code, lines) = await image.BuildAsync(Console.WriteLine, CancellationToken.None);
        foreach (var line in lines)
        {
            outcome.SayLast(line);
        }

        if (code != ExitCode.Pass)
        {
            outcome.Fail(code);
        }
    }
}
