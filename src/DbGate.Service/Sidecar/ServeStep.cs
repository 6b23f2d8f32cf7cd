using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Service.Sidecar;

/// <summary>
/// Serves <c>/ready</c>, <c>/live</c>, <c>/metrics</c> and <c>/admin</c> until it is stopped; a signal is its normal end.
/// </summary>
public sealed class ServeStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("serve") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var start = context.Clock.GetTimestamp();
        await using (var sidecar = await SidecarHost.StartAsync(context.Settings, context.Services, cancellationToken))
        {
            await Console.Error.WriteLineAsync(
                $"dbgate serve: {sidecar.Address}: /ready /live /metrics /openapi.json "
                    + $"/admin{(sidecar.AdminIsOpen ? "" : " (closed: DBGATE_ADMIN_TOKEN is not set)")}");
            await UntilAsync(cancellationToken);
        }

        return new StepResult { Summary = $"stopped after {context.Clock.GetElapsedTime(start).TotalSeconds:0} s" };
    }

    static async Task UntilAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }
}
