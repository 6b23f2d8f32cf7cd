using DbGate.Backups.Restores;
using DbGate.Progress;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>Shows a restore's stages, each as a piece of work of its own.</summary>
sealed class RestoreDisplay(GateContext context, string what) : IProgress<RestoreProgress>, IDisposable
{
    readonly Lock gate = new();
    IProgressBar? bar;
    (string Stage, long Total) shown;

    public void Report(RestoreProgress value)
    {
        lock (gate)
        {
            if (bar is null || shown != (value.Stage, value.TotalBytes))
            {
                bar?.Dispose();
                shown = (value.Stage, value.TotalBytes);
                bar = context.Services.Progress.Begin($"{what}: {value.Stage}", value.TotalBytes > 0 ? value.TotalBytes : null);
            }

            bar.Report(value.DoneBytes);
        }
    }

    public void Dispose() => bar?.Dispose();
}
