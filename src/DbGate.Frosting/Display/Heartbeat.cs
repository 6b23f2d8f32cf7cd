using DbGate.Gates;

namespace DbGate.Frosting.Display;

/// <summary>Without a terminal: one line every 15 seconds, so that a log shows that long work is alive.</summary>
sealed class Heartbeat(TextWriter output, TimeProvider clock) : IProgressDisplay
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public IProgressBar Begin(string what, long? totalBytes) => new Bar(output, clock, what, totalBytes);

    sealed class Bar : IProgressBar
    {
        readonly ITimer timer;
        readonly Lock gate = new();
        long done;
        string? detail;

        public Bar(TextWriter output, TimeProvider clock, string what, long? total)
        {
            var start = clock.GetTimestamp();
            timer = clock.CreateTimer(
                _ =>
                {
                    lock (gate)
                    {
                        output.WriteLine(ProgressLine.Of(what, done, total, clock.GetElapsedTime(start), detail));
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
