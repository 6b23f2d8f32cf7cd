using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("Default")]
[TaskDescription("Shows what can be done.")]
public sealed class Default(ICakeEngine engine) : FrostingTask
{
    public override void Run(ICakeContext context)
    {
        var width = engine.Tasks.Max(task => task.Name.Length);
        context.Information("./build.sh --target=<task>");
        foreach (var task in engine.Tasks.OrderBy(task => task.Name, StringComparer.Ordinal))
        {
            context.Information("  {0}  {1}", task.Name.PadRight(width), task.Description);
        }

        context.Information("--dryrun says what a task would do; --tree shows the order; --help lists the other options.");
    }
}
