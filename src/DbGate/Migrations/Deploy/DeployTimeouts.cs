using System.Globalization;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// <c>lock_timeout</c> and <c>statement_timeout</c> for the sessions of a deploy, whatever opens them: they travel in the URL's
/// <c>options</c>, as the protection's token does. What a migration sets itself is above them.
/// </summary>
static class DeployTimeouts
{
    static readonly TimeSpan LongestQueue = TimeSpan.FromMinutes(1);

    /// <param name="url">What the engine connects with.</param>
    /// <param name="patience">What to set.</param>
    /// <param name="sparesLocks">True where <c>lock_timeout</c> must stay out: it would leave an invalid index behind.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The URL that carries them, and what is set, in words; the same URL where the server, or a proxy before it, refuses
    /// them.</returns>
    public static async Task<(PostgresUrl Url, string Words)> CarryAsync(
        PostgresUrl url, LockOptions patience, bool sparesLocks, CancellationToken cancellationToken)
    {
        (string Name, TimeSpan Time)[] wanted =
        [
            .. sparesLocks ? Array.Empty<(string, TimeSpan)>() : [("lock_timeout", patience.LockTimeout)],
            ("statement_timeout", patience.StatementTimeout),
        ];
        wanted =
            [.. wanted.Where(setting => setting.Time > TimeSpan.Zero
                && url.Options?.Contains(setting.Name, StringComparison.Ordinal) != true)];
        var spared = sparesLocks ? "no lock_timeout, for an index is built CONCURRENTLY" : null;
        if (wanted.Length == 0)
        {
            return (url, spared ?? "as the server has them");
        }

        var carrying = wanted.Aggregate(url, (carried, setting) => carried.WithServerSetting(setting.Name, Milliseconds(setting.Time)));
        var set = string.Join(", ", wanted.Select(setting => $"{setting.Name} {setting.Time.TotalSeconds:0.#} s"));
        return await ArriveAsync(carrying, wanted[0].Name, Milliseconds(wanted[0].Time), cancellationToken)
            ? (carrying, spared is null ? set : $"{set}; {spared}")
            : (url, $"not set: {url.Host} does not take them ({set})");
    }

    /// <summary>True when the sessions of a deploy stop waiting for a lock before a queue forms behind them.</summary>
    public static async Task<bool> LimitLocksAsync(PostgresUrl url, LockOptions patience, CancellationToken cancellationToken) =>
        patience.LockTimeout > TimeSpan.Zero
        && patience.LockTimeout <= LongestQueue
        && !ReferenceEquals((await CarryAsync(url, patience with { StatementTimeout = TimeSpan.Zero }, false, cancellationToken)).Url, url);

    static async Task<bool> ArriveAsync(PostgresUrl url, string name, string value, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await Session.OpenAsync(url, null, cancellationToken);
            return await session.ScalarAsync<bool>("select setting = $2 from pg_settings where name = $1", cancellationToken, name, value);
        }
        catch (Exception refused) when (refused is GateException or PostgresFault)
        {
            return false; // whether the server can be reached at all, the engine finds out next
        }
    }

    static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
