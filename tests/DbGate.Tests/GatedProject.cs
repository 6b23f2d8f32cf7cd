using DbGate.Configuration;

namespace DbGate.Tests;

/// <summary>A project to be gated: a temporary folder with the files that a test writes; gone when disposed.</summary>
sealed class GatedProject : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-project-");

    public string Root => folder.FullName;

    public string Of(string file) => Path.Combine(Root, file);

    public GatedProject With(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Of(file))!);
        File.WriteAllText(Of(file), text);
        return this;
    }

    public GatedProject With(string file, byte[] bytes)
    {
        With(file, "");
        File.WriteAllBytes(Of(file), bytes);
        return this;
    }

    /// <summary>The settings as a door would read them here; of the process's real environment nothing is seen.</summary>
    public Settings Read(Dictionary<string, string>? environment = null, Dictionary<string, string>? options = null) =>
        SettingsReader.Read(options ?? [], environment ?? [], Root);

    public void Dispose() => folder.Delete(recursive: true);
}
