using Cake.Core;

namespace Cake.Frosting;

/// <summary>A unit of work: one target of the build.</summary>
public interface IFrostingTask
{
    /// <summary>What a skipped task states; null for Cake's own words.</summary>
    string? SkippedMessage { get; }

    /// <summary>Does the work.</summary>
    Task RunAsync(ICakeContext context);

    /// <summary>False skips the task.</summary>
    bool ShouldRun(ICakeContext context);

    /// <summary>Handles the task's failure. Overriding it swallows the failure, unless it throws.</summary>
    void OnError(Exception exception, ICakeContext context);

    /// <summary>Runs after the task, whether it failed or not.</summary>
    void Finally(ICakeContext context);
}
