using YamlDotNet.RepresentationModel;

namespace DbGate.EndToEnd.Workflows;

/// <summary>A step of a job or of a composite action.</summary>
sealed record Step(
    string? Id, string Name, string? If, string? Uses, string? Run, string? Shell, string? Folder,
    IReadOnlyDictionary<string, string> With, IReadOnlyDictionary<string, string> Env)
{
    /// <summary>When it fails, the job goes on and is green.</summary>
    public bool MayFail { get; init; }
}

/// <summary>A job.</summary>
sealed record Job(
    string Name, IReadOnlyList<string> Needs, string? If, IReadOnlyDictionary<string, string> Outputs, IReadOnlyList<Step> Steps)
{
    /// <summary>What its token may.</summary>
    public IReadOnlyDictionary<string, string> Permissions { get; init; } = new Dictionary<string, string>();

    /// <summary>The axis of its matrix: a name, and an expression for the values. Null without one.</summary>
    public (string Axis, string Values)? Matrix { get; init; }
}

/// <summary>An input that a file declares.</summary>
/// <param name="Type">string, boolean or number.</param>
/// <param name="Default">Its default.</param>
sealed record Input(string Type, string Default)
{
    /// <summary>A value as expressions see it.</summary>
    public object Value(string? given) => Type == "boolean" ? (given ?? Default) == "true" : given ?? Default;
}

/// <summary>A workflow or a composite action as its file states it: its inputs, and what runs.</summary>
sealed record WorkflowFile(IReadOnlyDictionary<string, Input> Inputs, IReadOnlyList<Job> Jobs, IReadOnlyDictionary<string, string> Outputs)
{
    public static WorkflowFile ReadWorkflow(string path)
    {
        var root = Load(path);
        var inputs = Find(Find(Find(root, "on"), "workflow_call"), "inputs");
        return new(
            InputsOf(inputs), [.. Members(Find(root, "jobs")).Select(job => ReadJob(job.Name, job.Value))],
            new Dictionary<string, string>());
    }

    public static WorkflowFile ReadAction(string path)
    {
        var root = Load(path);
        var job = new Job("action", [], null, new Dictionary<string, string>(), Steps(Find(root, "runs")));
        return new(
            InputsOf(Find(root, "inputs")), [job],
            Members(Find(root, "outputs")).ToDictionary(output => output.Name, output => Text(Find(output.Value, "value"))!));
    }

    static IReadOnlyDictionary<string, Input> InputsOf(YamlNode? inputs) =>
        Members(inputs)
            .ToDictionary(
                input => input.Name,
                input => new Input(Text(Find(input.Value, "type")) ?? "string", Text(Find(input.Value, "default")) ?? ""));

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
        Steps(job))
    {
        Permissions = Texts(Find(job, "permissions")),
        Matrix = Texts(Find(Find(job, "strategy"), "matrix")) is { Count: > 0 } axes ? (axes.Single().Key, axes.Single().Value) : null,
    };

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
            Texts(Find(step, "env")))
        {
            MayFail = Text(Find(step, "continue-on-error")) == "true",
        }),
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

    static Dictionary<string, string> Texts(YamlNode? node) =>
        Members(node).ToDictionary(member => member.Name, member => Text(member.Value) ?? "");

    static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;
}
