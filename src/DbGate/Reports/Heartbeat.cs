using DbGate.Gates;
using DbGate.Progress;

namespace DbGate.Reports;

/// <summary>Without a terminal: one line every 15 seconds, so that a log shows that long work is alive.</summary>
/// <param name="say">Takes one line; called from a thread of its own.</param>
/// <param name="clock">Beats.</param>
sealed class Heartbeat(Action<string> say, TimeProvider clock) : IProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public IProgressBar Begin(string what, long? totalBytes) => new Bar(say, clock, what, totalBytes);

    sealed class Bar : IProgressBar
    {
        readonly ITimer timer;
        readonly Lock gate = new();
        long done;
        string? detail;

        public Bar(Action<string> say, TimeProvider clock, string what, long? total)
        {
            var start = clock.GetTimestamp();
            timer = clock.CreateTimer(
                _ =>
                {
                    lock (gate)
                    {
                        say(ProgressLine.From(what, done, total, clock.GetElapsedTime(start), detail));
                    }
                },
                null,
                Interval,
                Interval);
        }

        public void Report(long doneBytes, string? detail = null)
        {
            lock (gate)
            {
                (done, this.detail) = (doneBytes, detail ?? this.detail);
            }
        }

        public void Dispose() => timer.Dispose();
    }
}
