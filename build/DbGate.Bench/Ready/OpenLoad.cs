using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace DbGate.Bench.Ready;

/// <summary>
/// Requests at fixed times, whether or not those before have been answered: an open model, as probes are. The time of each answer counts
/// from when its request was due, so that a stall shows in all the requests that fell into it.
/// </summary>
/// <param name="Milliseconds">Of every answer, sorted.</param>
/// <param name="Failed">Answers that were not 200, and requests without one.</param>
sealed record OpenLoad(double[] Milliseconds, int Failed)
{
    const int Connections = 64;

    /// <summary>The time that so many percent of the requests did not exceed.</summary>
    public double Percentile(double percent) =>
        Milliseconds[Math.Min(Milliseconds.Length - 1, (int)Math.Ceiling(Milliseconds.Length * percent / 100) - 1)];

    /// <summary>Sends.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="perSecond">How many.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<OpenLoad> RunAsync(Uri address, int perSecond, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var http =
            new HttpClient(
                new SocketsHttpHandler { MaxConnectionsPerServer = Connections, UseCookies = false, AllowAutoRedirect =
                    false }) { Timeout = TimeSpan.FromSeconds(10) };
        var count = (int)(perSecond * duration.TotalSeconds);
        var times = new double[count];
        var failed = 0;
        var answers = new Task[count];
        var start = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    var due = start + (long)(i * (double)Stopwatch.Frequency / perSecond);
                    while (Stopwatch.GetTimestamp() < due)
                    {
                        Thread.Sleep(TimeSpan.FromMilliseconds(1));
                    }

                    var number = i;
                    answers[i] = Task.Run(() => AskAsync(number, due), cancellationToken);
                }
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.WhenAll(answers);
        Array.Sort(times);
        return new(times, failed);

        async Task AskAsync(int number, long due)
        {
            try
            {
                using var response = await http.GetAsync(address, cancellationToken);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref failed);
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
            {
                Interlocked.Increment(ref failed);
            }

            times[number] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Milliseconds.Length} requests, {Failed} failed; median {Percentile(50):0.00} ms, p90 {Percentile(90):0.00}, p99 "
            + $"{Percentile(99):0.00}, p99.9 {Percentile(99.9):0.00}, most {Milliseconds[^1]:0.00}");
}
