using DbGate.Gates;
using DbGate.Progress;
using DbGate.Reports;
using DbGate.Texts;
using Spectre.Console;

namespace DbGate.Terminal;

/// <summary>On a terminal: a bar with bytes, rate and time left, gone when the work is done.</summary>
sealed class TerminalProgress : IProgressDisplay
{
    public IProgressBar Begin(string what, long? totalBytes) => new Bar(what, totalBytes);

    sealed class Bar : IProgressBar
    {
        static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

        readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
                    task.Value = Interlocked.Read(ref done);
                    task.Description = Markup.Escape(detail is { } at ? $"{what} ({TextSanitizer.Line(at)})" : what);
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
