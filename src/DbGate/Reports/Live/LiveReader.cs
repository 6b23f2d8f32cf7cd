using DbGate.Backups.History;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases;

namespace DbGate.Reports.Live;

/// <summary>What the live page needs next to the gates and the evidence log.</summary>
/// <param name="History">Backups and restore tests; null when they cannot be read.</param>
/// <param name="Refusals">What the protected database refused; null when it is not protected, or that cannot be read.</param>
/// <param name="NotKnown">What could not be read, in words.</param>
sealed record LiveHistory(BackupHistory? History, Refusals? Refusals, IReadOnlyList<string> NotKnown);

/// <summary>Reads it. A part that does not answer is named, and takes nothing from the other.</summary>
static class LiveReader
{
    const int RefusalsShown = 50;

    /// <summary>Reads both parts at the same time.</summary>
    /// <param name="context">Whose target.</param>
    /// <param name="patience">How long each part may take.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<LiveHistory> ReadAsync(GateContext context, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = new CancellationTokenSource(patience, context.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var history = TryAsync(() => context.Services.Evidence.HistoryAsync(context, limit.Token));
        var refusals = TryAsync(() => RefusalsAsync(context, limit.Token));
        var ((backups, noBackups), (refused, noRefusals)) = (await history, await refusals);
        return new LiveHistory(
            backups,
            refused,
            [
                .. noBackups is null ? Array.Empty<string>() : [$"the backups: {noBackups}"],
                .. noRefusals is null ? Array.Empty<string>() : [$"what the database refused: {noRefusals}"],
            ]);

        async Task<(T? Value, string? Why)> TryAsync<T>(Func<Task<T?>> read)
            where T : class
        {
            try
            {
                return (await read(), null);
            }
            catch (GateException exception)
            {
                return (null, exception.Problem.Message);
            }
            catch (PostgresFault fault)
            {
                return (null, fault.MessageText);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return (null, $"no answer within {patience.TotalSeconds:0} s");
            }
        }
    }

    static async Task<Refusals?> RefusalsAsync(GateContext context, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(context.Target.Url, null, cancellationToken);
        return await Refusals.ReadAsync(session, RefusalsShown, cancellationToken);
    }
}
