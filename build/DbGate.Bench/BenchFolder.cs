namespace DbGate.Bench;

/// <summary>A temporary folder; it goes when it is disposed.</summary>
sealed class BenchFolder : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-bench-");

    /// <summary>Where it is.</summary>
    public string Path => folder.FullName;

    /// <summary>The same, for what takes folders.</summary>
    public DirectoryInfo Info => folder;

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
