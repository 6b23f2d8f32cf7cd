using Cake.Core;
using Cake.Frosting;

namespace DbGate.Build.Tasks;

[TaskName("Default")]
[TaskDescription("Shows what can be done.")]
public sealed class Default(ICakeEngine engine, IConsole console) : FrostingTask
{
    public override void Run(ICakeContext context)
    {
        var width = engine.Tasks.Max(task => task.Name.Length);
        console.WriteLine("./build.sh --target=<task>");
        foreach (var task in engine.Tasks.OrderBy(task => task.Name, StringComparer.Ordinal))
        {
            console.WriteLine($"  {task.Name.PadRight(width)}  {task.Description}");
        }

        console.WriteLine("--dryrun says what a task would do; --tree shows the order; --help lists the other options.");
    }
}
