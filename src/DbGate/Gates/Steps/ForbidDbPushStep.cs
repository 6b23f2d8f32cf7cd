namespace DbGate.Gates.Steps;
/// <summary>stub</summary>
public sealed class ForbidDbPushStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = new("forbid-db-push", "", "");
    /// <inheritdoc/>
    public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellation) => Task.FromResult(new StepResult { Summary = "stub" });
}
