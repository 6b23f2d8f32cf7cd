using DbGate.Checks;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>The safety rules: SSL, connection limits, push flag, backup settings, restore-test age.</summary>
sealed class ProductionSafetyStep : IProduces<SafetyProof>, IPreviewedStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("production-safety");

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var checks = await CheckRunner.RunAsync(CheckCatalog.BeforeRelease, context, cancellationToken);
        if (checks.All(check => check.Result.IsOk))
        {
            context.Produce(this, new SafetyProof(context.Clock.GetUtcNow()));
        }

        return new StepResult { Summary = CheckSummary.From(checks), Checks = [.. checks] };
    }

    /// <inheritdoc/>
    public Task<StepResult> PreviewAsync(GateContext context, CancellationToken cancellationToken) => RunAsync(context, cancellationToken);
}
