namespace DbGate.EndToEnd;

/// <summary>A policy file outside of every project, as the run's environment has it.</summary>
sealed class PolicyFile : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-policy-");

    /// <summary>Writes it.</summary>
    /// <returns>Its path.</returns>
    public string Write(string text)
    {
        var path = Path.Combine(folder.FullName, "policy.json");
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
