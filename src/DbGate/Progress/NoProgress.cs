namespace DbGate.Progress;

/// <summary>For hosts without a console.</summary>
sealed class NoProgress : IProgressDisplay, IProgressBar
{
    public static NoProgress Instance { get; } = new();

    public IProgressBar Begin(string what, long? totalBytes) => this;

    public void Report(long doneBytes, string? detail = null)
    {
    }

    public void Dispose()
    {
    }
}
