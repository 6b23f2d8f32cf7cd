using DbGate.Progress;

namespace DbGate.Terminal;

/// <summary>For a run that shows only problems.</summary>
sealed class SilentProgress : IProgressDisplay, IProgressBar
{
    public static SilentProgress Instance { get; } = new();

    public IProgressBar Begin(string what, long? totalBytes) => this;

    public void Report(long doneBytes, string? detail = null)
    {
    }

    public void Dispose()
    {
    }
}
