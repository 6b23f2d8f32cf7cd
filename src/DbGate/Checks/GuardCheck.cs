using DbGate.CommandGuard;
using DbGate.Gates;

namespace DbGate.Checks;

/// <summary>No production path reaches a destructive command; see the step <c>forbid-db-push</c>.</summary>
public sealed class GuardCheck : ICheck
{
    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0401", "guard", "No production path reaches a destructive command", "remove the command from the path, or replace it by one that applies migrations");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellation)
    {
        var report = await Task.Run(() => Guard.Inspect(GuardRequests.For(context), cancellation), cancellation);
        return CheckResult.Of(CommandGuardProblems.Of(report), $"{report.Entrypoints} entrypoints followed, {report.NotFollowed.Count} places not");
    }
}
