using YamlDotNet.RepresentationModel;

namespace DbGate.Build.Tests.Workflows;

/// <summary>Reads the workflows as GitHub does: as data, so that no way of writing them hides anything from a rule.</summary>
static class Yaml
{
    public static YamlNode Load(string file) => LoadAll(file)[0];

    /// <summary>The last document of a file with several.</summary>
    public static YamlNode LoadLast(string file) => LoadAll(file)[^1];

    static YamlNode[] LoadAll(string file)
    {
        using var reader = new StringReader(Read(file));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    public static string Read(string file) => File.ReadAllText(Path.Combine(Paths.Root.FullPath, file));

    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Paths.Root.FullPath, folder), "*.yml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Paths.Root.FullPath, path))
            .Order(StringComparer.Ordinal);

    public static YamlNode? Find(this YamlNode? node, string name) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value : null;

    public static string? Text(this YamlNode? node) => (node as YamlScalarNode)?.Value;

    public static IEnumerable<(string Name, YamlNode Value)> Members(this YamlNode? node) =>
        node is YamlMappingNode mapping ? mapping.Children.Select(member => (member.Key.Text()!, member.Value)) : [];

    public static IEnumerable<YamlNode> Items(this YamlNode? node) => node is YamlSequenceNode list ? list.Children : [];

    /// <summary>The steps of all jobs, or of a composite action.</summary>
    public static IEnumerable<YamlNode> Steps(YamlNode root) =>
        root.Find("jobs").Members().SelectMany(job => job.Value.Find("steps").Items()).Concat(root.Find("runs").Find("steps").Items());
}
