using System.Text.Json;
using Cake.Core;
using Cake.Frosting;
using DbGate.Frosting.Display;

namespace DbGate.Frosting;

/// <summary>Whether this run only says what it would do.</summary>
sealed record RunMode(bool IsDryRun, bool IsJson)
{
    public static RunMode Of(IReadOnlyList<string> args) =>
        new(args.Any(arg => arg is "--dryrun" or "--noop" or "--whatif"), args.Any(arg => arg is "--json" or "--json=true"));
}

/// <summary>Both ends of a run: a dry run says what each gate would do; every other run ends with the verdict.</summary>
sealed class GateLifetime(GateSession session, IEnumerable<IFrostingTask> tasks, RunMode mode, ReportOutput output) : FrostingLifetime
{
    readonly List<GateTask> asked = [];
    readonly List<string> names = [];

    public override void Setup(ICakeContext context, ISetupContext info)
    {
        names.AddRange(info.TasksToExecute.Select(task => task.Name));
        asked.AddRange(tasks.OfType<GateTask>().Where(task => names.Contains(task.Step.Descriptor.Name))
            .OrderBy(task => names.IndexOf(task.Step.Descriptor.Name)));
        if (mode.IsDryRun)
        {
            SayPlan();
        }
    }

    public override void Teardown(ICakeContext context, ITeardownContext info)
    {
        if (!mode.IsDryRun)
        {
            session.Finish(asked.Select(task => task.Step.Descriptor.Name));
        }
    }

    void SayPlan()
    {
        var steps = asked.Select(task => task.Step.Descriptor).ToArray();
        if (mode.IsJson)
        {
            output.Writer.WriteLine(JsonSerializer.Serialize(
                new { schema = "dbgate/dry-run", schemaVersion = 1, steps = steps.Select(step => new { step = step.Name, plan = step.DryRun }) }));
            return;
        }

        var width = steps.Select(step => step.Name.Length).DefaultIfEmpty().Max();
        foreach (var step in steps)
        {
            Console.Out.WriteLine($"would run  {step.Name.PadRight(width)}  {step.DryRun}");
        }
    }
}
