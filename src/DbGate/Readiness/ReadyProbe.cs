using System.Text;
using DbGate.Problems;

namespace DbGate.Readiness;

/// <summary>Asks an application's <c>/ready</c> until it is ready or the deadline has passed.</summary>
/// <param name="http">Follows no redirect and has no time-out of its own; see <see cref="CreateClient"/>.</param>
/// <param name="clock">Time.</param>
sealed class ReadyProbe(HttpClient http, TimeProvider clock)
{
    /// <summary>One request may take this long.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>And it gets this long, even when the deadline is nearer: else the last answer would always be "no answer".</summary>
    public static readonly TimeSpan LeastRequestTime = TimeSpan.FromSeconds(1);

    const int MaximumBodyBytes = 64 * 1024;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>A client for probes: a redirect to a login page must not count as ready.</summary>
    public static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = RequestTimeout, PooledConnectionLifetime =
            TimeSpan.FromSeconds(2) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaximumBodyBytes,
        };

    /// <summary>Polls with growing pauses.</summary>
    /// <returns>The first ready answer and how many were needed.</returns>
    /// <exception cref="GateException">DBG0602 with the last answer, when the deadline passed.</exception>
    public async Task<(ReadyAnswer Answer, int Attempts)> WaitAsync(Uri address, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var left = deadline - clock.GetElapsedTime(start);
            var time = left < LeastRequestTime ? LeastRequestTime : left < RequestTimeout ? left : RequestTimeout;
            var answer = await AskAsync(address, time, cancellationToken);
            if (answer.IsReady)
            {
                return (answer, attempt);
            }

            left = deadline - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                throw new GateException(ReadinessProblems.NotReady(address, deadline, attempt, answer));
            }

            await Task.Delay(pause < left ? pause : left, clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    async Task<ReadyAnswer> AskAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(address, both.Token);
            // JSON is UTF-8 by its standard; a charset that the answer claims may not even exist.
            return ReadyAnswer.Read(response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(both.Token)));
        }
        catch (HttpRequestException exception)
        {
            return new ReadyAnswer(null, null, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit, or the time-out of the connection, which may come first.
            return new ReadyAnswer(null, null, $"no answer within {timeout.TotalSeconds:0.#} s");
        }
    }
}
