using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Readiness;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>The application states ready at this moment; asked once.</summary>
sealed class ApplicationReadyCheck : ICheck
{
    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } =
        new("DBG0602", "application", "The application says ready", "look at the application's log");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(context.Settings.Get(ReadySettings.Url), UriKind.Absolute, out var address))
        {
            return CheckResult.Skipped("READY_URL is not set");
        }

        using var http = ReadyProbe.CreateClient();
        var (answer, _) = await new ReadyProbe(http, context.Clock).WaitAsync(address, TimeSpan.Zero, cancellationToken);
        return CheckResult.Passed($"{(int)answer.Status!}, {answer.Said}");
    }
}
