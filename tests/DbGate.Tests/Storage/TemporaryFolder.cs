namespace DbGate.Tests.Storage;

/// <summary>A folder of its own for one test, gone with all its content afterwards.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dbgate-stores-").FullName;

    public string Of(params string[] names) => System.IO.Path.Join([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
