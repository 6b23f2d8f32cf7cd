using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>Task definitions of Amazon ECS, Elastic Beanstalk and CloudFormation: the containers' commands.</summary>
sealed class TaskDefinitionFormat : IEntrypointFormat
{
    public bool StartsServices => true;

    public bool Reads(string file, string name) =>
        (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".json.tpl", StringComparison.OrdinalIgnoreCase)
            || FileKinds.IsYaml(name))
        && (IsTask(name) || name.Equals("Dockerrun.aws.json", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("cloudformation", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".cfn.yaml", StringComparison.OrdinalIgnoreCase)
            || name is "template.yaml" or "template.yml" or "template.json");

    public static bool IsTask(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal) is var plain
        && (plain.Contains("taskdef", StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith("ecstask", StringComparison.OrdinalIgnoreCase)
            || plain.Contains("containerdefinition", StringComparison.OrdinalIgnoreCase));

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "the container service runs it"));
        var documents = FileKinds.IsYaml(file.Name) ? YamlReader.Read(file.Path, file.Text) : JsonReader.Read(file.Path, Filled(file.Text));
        if (documents.Fault is { } fault)
        {
            found.Unreadable.Add(new UnreadableFile(new SourceLocation(file.Path, documents.FaultLine), fault,
                context.Class is PathClass.Production or PathClass.Unknown));
        }

        foreach (var root in documents.Roots)
        {
            ContainerTree.Collect(file, root, context, found);
        }
    }

    /// <summary>A template's expressions without their quotes, as a JSON parser takes them.</summary>
    static string Filled(string text) => text.Contains("${", StringComparison.Ordinal)
        ? System.Text.RegularExpressions.Regex.Replace(text, @"(?<=[:\[,]\s*)\$\{[^}\n]*\}", "0",
        System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5)) : text;
}
