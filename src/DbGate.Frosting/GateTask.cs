using System.Reflection;
using Cake.Core;
using Cake.Frosting;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Frosting;

/// <summary>
/// A step of the library as a task. It takes any context, so that it runs in any Frosting build; it has no error handler and never
/// continues on error: failing gates are never ignored.
/// </summary>
/// <param name="session">The run.</param>
/// <param name="step">What it runs.</param>
public abstract class GateTask(GateSession session, IStep step) : AsyncFrostingTask
{
    /// <summary>A task of the catalogue, under the name of its <see cref="TaskNameAttribute"/>.</summary>
    /// <param name="session">The run.</param>
    private protected GateTask(GateSession session)
        : this(session, null!) => Step = TaskCatalog.Find(GetType().GetCustomAttribute<TaskNameAttribute>()!.Name)!.Step!();

    /// <summary>What it runs.</summary>
    public IStep Step { get; } = step;

    /// <summary>Runs the step; throws when it blocks, so that nothing after it runs.</summary>
    public sealed override Task RunAsync(ICakeContext context) => session.RunAsync(Step);
}
