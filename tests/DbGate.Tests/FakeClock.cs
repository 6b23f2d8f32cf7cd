namespace DbGate.Tests;

/// <summary>A clock that waits until a test moves it. Timers of <c>Task.Delay</c> and of time-outs fire when they are due.</summary>
sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    readonly Lock gate = new();
    readonly List<Timer> timers = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        lock (gate)
        {
            now += time;
        }

        Fire();
    }

    /// <summary>Moves on to the next timer again and again until the task is done.</summary>
    /// <param name="task">What waits for them.</param>
    /// <param name="longest">A timer that is further off is a deadline, and not waited for.</param>
    public async Task<T> RunAsync<T>(Task<T> task, TimeSpan? longest = null)
    {
        while (!task.IsCompleted)
        {
            TimeSpan? next;
            lock (gate)
            {
                next = timers.Select(timer => timer.Due - now).OfType<TimeSpan>().Order().Cast<TimeSpan?>().FirstOrDefault();
            }

            if (next is { } time && !(time > longest))
            {
                Advance(time);
            }

            await Task.Yield();
        }

        return await task;
    }

    void Fire()
    {
        while (Next() is { } timer)
        {
            timer.Fire();
        }

        Timer? Next()
        {
            lock (gate)
            {
                var due = timers.Where(timer => timer.Due <= now).MinBy(timer => timer.Due);
                if (due is not null)
                {
                    timers.Remove(due);
                }

                return due;
            }
        }
    }

    sealed class Timer(FakeClock clock, Action fire) : ITimer
    {
        public DateTimeOffset? Due { get; private set; }

        public Action Fire { get; } = fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
                if (Due is not null)
                {
                    clock.timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, default);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
