using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>Publishes the verdicts that earlier runs had to keep.</summary>
sealed class PublishStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("publish") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (!context.Services.Publishers.Any(publisher => publisher.IsOn(context.Settings)))
        {
            throw new GateException(PublishingProblems.Nobody(Descriptor.Name));
        }

        var outcome = await Publications.PublishAsync(context, null, cancellationToken);

        // Here publishing is what was asked for: what could not be published is no mere warning.
        return new StepResult
        {
            Summary = outcome.CaughtUp == 0
                ? "no verdict waits that could be published"
                : $"{outcome.CaughtUp} {(outcome.CaughtUp == 1 ? "verdict" : "verdicts")} published",
            Problems = [.. outcome.Problems.Select(problem => problem with { Severity = Severity.Error })],
        };
    }
}
