using Cake.Core;
using Cake.Frosting;
using DbGate.Gates;

namespace DbGate.Frosting;

/// <summary>
/// A step of the library as a task. It takes any context, so that it runs in any Frosting build; it has no error handler and never
/// continues on error, because a gate that can be talked round is none.
/// </summary>
public abstract class GateTask(GateSession session, IStep step) : AsyncFrostingTask
{
    /// <summary>What it runs.</summary>
    public IStep Step { get; } = step;

    /// <summary>Runs the step; throws when it blocks, so that nothing after it runs.</summary>
    public sealed override Task RunAsync(ICakeContext context) => session.RunAsync(Step);
}
