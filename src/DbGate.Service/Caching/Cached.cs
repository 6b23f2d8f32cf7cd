namespace DbGate.Service.Caching;

/// <summary>
/// A value that is made when a person asks for it, by one maker at a time, and at most once a period. While a new one is made, the old one
/// serves for a grace; after that, those who ask wait for the new one.
/// </summary>
/// <param name="period">From one start of the making to the next.</param>
/// <param name="clock">Time.</param>
/// <param name="make">Makes it; bounds its own time. What it throws is served like a value.</param>
sealed class Cached<T>(TimeSpan period, TimeProvider clock, Func<Task<T>> make)
{
    static readonly TimeSpan LongestGrace = TimeSpan.FromSeconds(1);

    readonly TimeSpan grace = period < LongestGrace ? period : LongestGrace;
    readonly Lock gate = new();
    Making? last;
    Making? running;

    /// <summary>How often it was made.</summary>
    public long Count { get; private set; }

    /// <summary>The value; waits only when there is none that is young enough.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the making, which others may wait for too.</param>
    public ValueTask<Aged<T>> GetAsync(CancellationToken cancellationToken)
    {
        Making wanted;
        lock (gate)
        {
            var now = clock.GetTimestamp();
            Renew(now);
            if (last is { Task.IsCompletedSuccessfully: true }
                && clock.GetElapsedTime(last.StartedAt, now) is var age
                && age <= period + grace)
            {
                return new(last.At(age));
            }

            wanted = running ?? last!;
        }

        return new(WaitAsync(wanted, cancellationToken));
    }

    /// <summary>
    /// The newest value, however old; default when there is none. Begins a new one when it is time, and does not wait for it.
    /// </summary>
    public T? Latest
    {
        get
        {
            lock (gate)
            {
                Renew(clock.GetTimestamp());
                return last is { Task.IsCompletedSuccessfully: true } ? last.At(default).Value : default;
            }
        }
    }

    void Renew(long now)
    {
        if (running is null && (last is null || clock.GetElapsedTime(last.StartedAt, now) >= period))
        {
            running = new(now, Task.Run(make));
            Count++;
            running.Task.ContinueWith(
                Keep, running, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    async Task<Aged<T>> WaitAsync(Making making, CancellationToken cancellationToken)
    {
        var value = await making.Task.WaitAsync(cancellationToken);
        return new(value, clock.GetElapsedTime(making.StartedAt));
    }

    void Keep(Task<T> made, object? making)
    {
        lock (gate)
        {
            last = (Making)making!;
            running = null;
        }
    }

    sealed record Making(long StartedAt, Task<T> Task)
    {
        public Aged<T> At(TimeSpan age) => new(Task.Result, age);
    }
}
