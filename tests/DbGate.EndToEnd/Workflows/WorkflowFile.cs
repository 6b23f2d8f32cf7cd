using YamlDotNet.RepresentationModel;

namespace DbGate.EndToEnd.Workflows;

/// <summary>A step of a job or of a composite action.</summary>
sealed record Step(string? Id, string Name, string? If, string? Uses, string? Run, string? Shell, string? Folder, IReadOnlyDictionary<string, string> With, IReadOnlyDictionary<string, string> Env);

/// <summary>A job.</summary>
sealed record Job(string Name, IReadOnlyList<string> Needs, string? If, IReadOnlyDictionary<string, string> Outputs, IReadOnlyList<Step> Steps);

/// <summary>A workflow or a composite action as its file says it: its inputs' defaults, and what runs.</summary>
sealed record WorkflowFile(IReadOnlyDictionary<string, string> Defaults, IReadOnlyList<Job> Jobs, IReadOnlyDictionary<string, string> Outputs)
{
    public static WorkflowFile ReadWorkflow(string path)
    {
        var root = Load(path);
        var inputs = Find(Find(Find(root, "on"), "workflow_call"), "inputs");
        return new(DefaultsOf(inputs), [.. Members(Find(root, "jobs")).Select(job => ReadJob(job.Name, job.Value))], new Dictionary<string, string>());
    }

    public static WorkflowFile ReadAction(string path)
    {
        var root = Load(path);
        var job = new Job("action", [], null, new Dictionary<string, string>(), Steps(Find(root, "runs")));
        return new(DefaultsOf(Find(root, "inputs")), [job], Members(Find(root, "outputs")).ToDictionary(output => output.Name, output => Text(Find(output.Value, "value"))!));
    }

    static IReadOnlyDictionary<string, string> DefaultsOf(YamlNode? inputs) =>
        Members(inputs).ToDictionary(input => input.Name, input => Text(Find(input.Value, "default")) ?? "");

    static Job ReadJob(string name, YamlNode job) => new(
        name,
        Find(job, "needs") switch
        {
            YamlSequenceNode list => [.. list.Children.Select(item => Text(item)!)],
            YamlScalarNode one => [one.Value!],
            _ => [],
        },
        Text(Find(job, "if")),
        Texts(Find(job, "outputs")),
        Steps(job));

    static IReadOnlyList<Step> Steps(YamlNode? job) =>
    [
        .. ((YamlSequenceNode)Find(job, "steps")!).Children.Select(step => new Step(
            Text(Find(step, "id")),
            Text(Find(step, "name")) ?? "",
            Text(Find(step, "if")),
            Text(Find(step, "uses")),
            Text(Find(step, "run")),
            Text(Find(step, "shell")),
            Text(Find(step, "working-directory")),
            Texts(Find(step, "with")),
            Texts(Find(step, "env")))),
    ];

    static YamlNode Load(string path)
    {
        using var reader = new StreamReader(path);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return yaml.Documents[0].RootNode;
    }

    static YamlNode? Find(YamlNode? node, string name) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value : null;

    static IEnumerable<(string Name, YamlNode Value)> Members(YamlNode? node) =>
        node is YamlMappingNode mapping ? mapping.Children.Select(member => (Text(member.Key)!, member.Value)) : [];

    static Dictionary<string, string> Texts(YamlNode? node) => Members(node).ToDictionary(member => member.Name, member => Text(member.Value) ?? "");

    static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;
}
