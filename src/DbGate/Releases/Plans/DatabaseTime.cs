using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>The time by which plans are made and expire: the database's, where it can be asked.</summary>
/// <param name="Now">UTC.</param>
/// <param name="NotChecked">Why it is this machine's; null when it is the database's.</param>
sealed record DatabaseTime(DateTimeOffset Now, string? NotChecked)
{
    // An approver's machine need not reach the database; the deploy asks it in any case.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public static async Task<DatabaseTime> ReadAsync(GateContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (context.FindTarget() is not { } target)
            {
                return new(
                    context.Clock.GetUtcNow(),
                    "the database's time: no URL is set here, so the plan's expiry was compared with this machine's clock");
            }

            var options = (context.Services.Sessions ?? SessionOptions.Default) with { ConnectTimeout = Deadline };
            await using var session = await Session.OpenAsync(target.Url, options, cancellationToken);
            return new((await session.ScalarAsync<DateTimeOffset>("select clock_timestamp()", cancellationToken)).ToUniversalTime(), null);
        }
        catch (GateException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new(
                context.Clock.GetUtcNow(),
                $"the database's time: {exception.Problem.Message}; the plan's expiry was compared with this machine's clock");
        }
    }
}
