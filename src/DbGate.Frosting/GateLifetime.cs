using Cake.Core;
using Cake.Frosting;
using DbGate.Gates;
using DbGate.Releases;
using DbGate.Terminal;

namespace DbGate.Frosting;

/// <summary>Whether this run only states what it would do.</summary>
sealed record RunMode(bool IsDryRun, bool IsJson)
{
    public static RunMode From(IReadOnlyList<string> args) =>
        new(args.Any(arg => arg is "--dryrun" or "--noop" or "--whatif"), args.Any(arg => arg is "--json" or "--json=true"));
}

/// <summary>
/// Both ends of a run: unknown options are refused whatever tasks run; a dry run states what each gate would do; every other run ends with
/// the verdict.
/// </summary>
sealed class GateLifetime(GateSession session, IEnumerable<IFrostingTask> tasks, RunMode mode, ReportOutput output) : FrostingLifetime
{
    readonly List<GateTask> asked = [];

    public override void Setup(ICakeContext context, ISetupContext info)
    {
        session.Begin();
        List<string> names = [.. info.TasksToExecute.Select(task => task.Name)];
        asked.AddRange(tasks.OfType<GateTask>().Where(task => names.Contains(task.Step.Descriptor.Name))
            .OrderBy(task => names.IndexOf(task.Step.Descriptor.Name)));
        if (mode.IsDryRun)
        {
            Describe();
        }
    }

    public override void Teardown(ICakeContext context, ITeardownContext info)
    {
        if (!mode.IsDryRun)
        {
            session.Finish(asked.Select(task => task.Step.Descriptor.Name));
        }
    }

    void Describe()
    {
        var previews = session.Preview([.. asked.Select(task => task.Step)]);
        if (mode.IsJson)
        {
            output.Writer.WriteLine(DryRun.Json(previews));
        }
        else
        {
            Console.Out.Write(DryRun.Text(previews));
        }
    }
}

/// <summary>DbGate's lifetime and the build's own: both begin, both end, and the build's own ends only after it began.</summary>
sealed class LifetimeAround(GateLifetime gate, IFrostingSetup? ownSetup, IFrostingTeardown? ownTeardown) : IFrostingSetup, IFrostingTeardown
{
    bool hasBegun;

    public void Setup(ICakeContext context, ISetupContext info)
    {
        ((IFrostingSetup)gate).Setup(context, info);
        hasBegun = true;
        ownSetup?.Setup(context, info);
    }

    public void Teardown(ICakeContext context, ITeardownContext info)
    {
        try
        {
            ((IFrostingTeardown)gate).Teardown(context, info);
        }
        finally
        {
            if (hasBegun)
            {
                ownTeardown?.Teardown(context, info);
            }
        }
    }
}
