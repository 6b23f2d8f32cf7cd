using System.Diagnostics;
using DbGate.Gates;
using DbGate.Progress;
using DbGate.Reports;
using DbGate.Texts;
using Spectre.Console;

namespace DbGate.Terminal;

/// <summary>On a terminal: a bar with bytes, rate, what is at hand and the time left, gone when the work is done.</summary>
sealed class TerminalProgress : IProgressDisplay
{
    public IProgressBar Begin(string what, long? totalBytes) => new Bar(what, totalBytes);

    /// <summary>"dump shop: 1.2 GB, 180 MB/s (public.wallets)"; a bar with a total has bytes and rate in its own columns.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="done">Bytes so far; 0 where the work has none.</param>
    /// <param name="elapsed">Since the beginning.</param>
    /// <param name="detail">What is at hand, such as a table's name; null when that is not known.</param>
    /// <param name="hasTotal">The bar knows how much there is.</param>
    internal static string Describe(string what, long done, TimeSpan elapsed, string? detail, bool hasTotal)
    {
        var amount = hasTotal || done <= 0 ? ""
            : elapsed.TotalSeconds < 1 ? $": {TextSanitizer.Bytes(done)}"
            : $": {TextSanitizer.Bytes(done)}, {TextSanitizer.Bytes((long)(done / elapsed.TotalSeconds))}/s";
        return $"{TextSanitizer.Line(what)}{amount}{(detail is null ? "" : $" ({TextSanitizer.Line(detail)})")}";
    }

    sealed class Bar : IProgressBar
    {
        static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

        readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly long start = Stopwatch.GetTimestamp();
        readonly Task shown;
        long done;
        string? detail;

        public Bar(string what, long? total)
        {
            var progress = AnsiConsole.Progress().AutoClear(true).HideCompleted(true);
            shown = total is null
                ? progress.Columns(new TaskDescriptionColumn(), new SpinnerColumn(), new ElapsedTimeColumn()).StartAsync(Loop)
                : progress.Columns(
                    new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
                    new RemainingTimeColumn())
                    .StartAsync(Loop);

            async Task Loop(ProgressContext context)
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: total ?? double.MaxValue);
                task.IsIndeterminate = total is null;
                while (!ended.Task.IsCompleted)
                {
                    var bytes = Interlocked.Read(ref done);
                    task.Value = bytes;
                    task.Description = Markup.Escape(Describe(what, bytes, Stopwatch.GetElapsedTime(start), detail, total is not null));
                    await Task.WhenAny(ended.Task, Task.Delay(Refresh));
                }

                task.StopTask();
            }
        }

        public void Report(long doneBytes, string? detail = null)
        {
            Interlocked.Exchange(ref done, doneBytes);
            this.detail = detail ?? this.detail;
        }

        public void Dispose()
        {
            ended.TrySetResult();
            shown.Wait(TimeSpan.FromSeconds(2));
        }
    }
}
