namespace DbGate.Progress;

/// <summary>Shows long work. A terminal draws a bar; elsewhere a line every 15 seconds states that it is alive.</summary>
interface IProgressDisplay
{
    /// <summary>Begins one piece of work; dispose the result when it ends.</summary>
    /// <param name="what">What is being done, such as "dump shop_production".</param>
    /// <param name="totalBytes">How much there is, when known.</param>
    IProgressBar Begin(string what, long? totalBytes);
}

/// <summary>One piece of long work.</summary>
interface IProgressBar : IDisposable
{
    /// <summary>States how far it is.</summary>
    /// <param name="doneBytes">Bytes so far.</param>
    /// <param name="detail">What is at hand, such as a table's name.</param>
    void Report(long doneBytes, string? detail = null);
}
