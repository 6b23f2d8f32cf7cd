namespace DbGate.EndToEnd.Workflows;

/// <summary>What a run hands from job to job, and to GitHub's pages.</summary>
/// <param name="folder">An empty folder.</param>
sealed class RunStorage(string folder)
{
    /// <summary>What was uploaded to code scanning: the category, and the SARIF text. One category twice would replace the first.</summary>
    public Dictionary<string, string> CodeScanning { get; } = [];

    /// <summary>What was attested.</summary>
    public List<IReadOnlyDictionary<string, string>> Attested { get; } = [];

    /// <summary>The folder of an artifact.</summary>
    public string Artifact(string name) => Path.Combine(folder, name);

    /// <summary>The artifacts of the run.</summary>
    public IEnumerable<string> Artifacts =>
        Directory.EnumerateDirectories(folder).Select(artifact => Path.GetFileName(artifact)!).Order(StringComparer.Ordinal);
}
