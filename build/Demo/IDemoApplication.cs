namespace DbGate.Build.Demo;

/// <summary>An application with <c>/ready</c>.</summary>
interface IDemoApplication : IAsyncDisposable
{
    /// <summary>The URL of its <c>/ready</c>.</summary>
    string Address { get; }
}
