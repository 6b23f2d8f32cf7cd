using System.Collections.Immutable;
using System.Text.RegularExpressions;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>Kubernetes manifests, Helm templates and values: <c>command</c> and <c>args</c> of containers, hooks, scripts in config
/// maps.</summary>
sealed partial class KubernetesFormat : IEntrypointFormat
{
    public bool StartsServices => true;

    public bool Reads(string file, string name) => FileKinds.IsYaml(name) || name.EndsWith(".tpl", StringComparison.Ordinal);

    public void Collect(SourceFile file, Findings found)
    {
        var isTemplate = file.Text.Contains("{{", StringComparison.Ordinal)
            && (file.Path.Contains("templates/", StringComparison.Ordinal) || file.Name.EndsWith(".tpl", StringComparison.Ordinal));
        var isValues = file.Name.StartsWith("values", StringComparison.OrdinalIgnoreCase)
            || file.Name.EndsWith(".values.yaml", StringComparison.OrdinalIgnoreCase);
        if (!isValues && !isTemplate && !(file.Text.Contains("apiVersion", StringComparison.Ordinal)
            && file.Text.Contains("kind", StringComparison.Ordinal)))
        {
            return;
        }

        var text = isTemplate ? WithoutExpressions(file.Text) : file.Text;
        var documents = YamlReader.Read(file.Path, text);
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "the cluster runs it"));
        if (documents.Fault is { } fault && !isTemplate)
        {
            found.Unreadable.Add(new UnreadableFile(new SourceLocation(file.Path, documents.FaultLine), fault, !isValues
                && context.Class is PathClass.Production or PathClass.Unknown));
        }

        foreach (var root in documents.Roots)
        {
            var judged = root.At("metadata", "namespace")?.Text is { } space && Environments.IsOther(space, file.PathClassifier.Environment)
                ? file.PathClassifier.ByPolicy(file.Path) ?? new ContextJudgement(PathClass.Development, $"its namespace is {space}")
                : context;
            Visit(file, root, judged, Scripts(file, documents.Roots), found, new HashSet<DataNode>(ReferenceEqualityComparer.Instance), 0);
        }

        if (documents.Fault is not null && isTemplate)
        {
            Lines(file, context, found);
        }
    }

    static void Visit(SourceFile file, DataNode node, ContextJudgement context, Scope scope, Findings found, HashSet<DataNode> visited,
        int depth)
    {
        if (depth > 100 || !visited.Add(node))
        {
            return;
        }

        Container(file, node, context, scope, found);
        foreach (var child in node.Children.Select(member => member.Value).Concat(node.Items ?? []))
        {
            Visit(file, child, context, scope, found, visited, depth + 1);
        }
    }

    static void Container(SourceFile file, DataNode node, ContextJudgement context, Scope scope, Findings found)
    {
        var (command, arguments) = (node["command"], node["args"]);
        found.AddVariables(node["env"], context, file.Path);
        if (node["kind"]?.Text == "ConfigMap")
        {
            found.AddVariables(node["data"], context, file.Path);
        }

        scope = scope with { Environment = (node["env"]?.Items ?? [])
            .Where(item => item["name"]?.Text is not null && item["value"]?.Text is not null)
            .Aggregate(scope.Environment, (so, item) => so.SetItem(item["name"]!.Text!, item["value"]!.Text!)) };
        if (command?.Items is { Count: > 0 } program && arguments?.Items is { } rest && program.Concat(rest)
            .All(item => item.Text is not null))
        {
            found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, "", Deciding(program, rest).Line), "command:"),
                context, scope)
            {
                Arguments = [.. program.Concat(rest).Select(item => new Shell.Argument(item.Text!))],
            });
        }
        else
        {
            found.AddCommand(command, "command:", context, scope, file.Path);
            if (command is null || arguments?.Text is not null)
            {
                found.AddCommand(arguments, "args:", context, scope, file.Path);
            }
        }

        if (node["exec"]?["command"] is null && node["lifecycle"] is null && node["initCommand"] is { } initial)
        {
            found.AddCommand(initial, "initCommand:", context, scope, file.Path);
        }
    }

    /// <summary>The line that a reader should look at: the text behind <c>sh -c</c> where there is one.</summary>
    static DataNode Deciding(IReadOnlyList<DataNode> program, IReadOnlyList<DataNode> rest) =>
        rest.Count > 0 && program[0].Text is "sh" or "bash" or "/bin/sh" or "/bin/bash" ? rest[^1] : program[0];

    /// <summary>Scripts that config maps of the same file bring along, by name: containers mount them anywhere.</summary>
    static Scope Scripts(SourceFile file, IReadOnlyList<DataNode> roots)
    {
        var written = ImmutableDictionary.Create<string, SourceText>(StringComparer.Ordinal);
        foreach (var member in roots.Where(root => root["kind"]?.Text == "ConfigMap").SelectMany(root => root["data"]?.Children ?? []))
        {
            if (member.Value.Scalar is { } script && (member.Name.EndsWith(".sh", StringComparison.Ordinal)
                || script.Text.StartsWith("#!", StringComparison.Ordinal)))
            {
                written = written.SetItem(member.Name, script);
            }
        }

        _ = file;
        return new Scope("") { IsElsewhere = true, Written = written };
    }

    /// <summary>What a template's text states line by line, when the rest of it is no YAML.</summary>
    static void Lines(SourceFile file, ContextJudgement context, Findings found)
    {
        var lines = file.Text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (CommandLine().Match(lines[index]) is { Success: true } match)
            {
                var node = YamlReader.Read(file.Path, match.Groups[2].Value).Root;
                var command = node?.Items is { } items ? items.Select(item => item.Text ?? "").ToList() : null;
                if (command is { Count: > 0 })
                {
                    found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, "", index + 1), match.Groups[1].Value),
                        context, new Scope("") { IsElsewhere = true }) { Arguments = [.. command.Select(text =>
                        new Shell.Argument(text))] });
                }
                else if (match.Groups[2].Value.Trim() is { Length: > 0 } line)
                {
                    found.Add(SourceText.OnLine(file.Path, line, index + 1), match.Groups[1].Value, context,
                        new Scope("") { IsElsewhere = true });
                }
            }
        }
    }

    /// <summary>Takes Go template expressions out; lines keep their numbers.</summary>
    static string WithoutExpressions(string text)
    {
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var bare = Expression().Replace(lines[index], "");
            lines[index] = bare.Trim() is "" or "-" && lines[index].Contains("{{", StringComparison.Ordinal) && !lines[index].TrimStart()
                .StartsWith('-') ? "" : Expression().Replace(lines[index], Default);
        }

        return string.Join('\n', lines);
    }

    /// <summary><c>{{ .Values.x | default "y" }}</c> is y; any other expression is a word.</summary>
    static string Default(Match match) => DefaultValue().Match(match.Value) is { Success: true } value ? value.Groups[1].Value : "TEMPLATE";

    [GeneratedRegex(@"\{\{.*?\}\}")]
    private static partial Regex Expression();

    [GeneratedRegex("""default\s+"([^"]*)"\s""")]
    private static partial Regex DefaultValue();

    [GeneratedRegex(@"^\s*-?\s*(command:|args:)\s*(.+)$")]
    private static partial Regex CommandLine();
}
