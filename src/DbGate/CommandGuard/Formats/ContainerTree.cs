using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Formats;

/// <summary>Finds containers, scripts and hooks anywhere in a tree of configuration, by the names that infrastructure tools give
/// them.</summary>
static class ContainerTree
{
    static readonly string[] EntrypointKeys = ["entryPoint", "EntryPoint", "entrypoint", "entry_point"];

    static readonly string[] CommandKeys = ["command", "Command", "commands", "args", "run_command", "build_command", "start_command",
        "release_command", "pre_deploy_command"];

    static readonly string[] ScriptKeys = ["inline", "user_data", "user_data_base64", "startup_script", "metadata_startup_script",
        "startup-script", "script", "UserData"];

    static readonly string[] FileKeys = ["container_definitions", "ContainerDefinitions", "user_data", "user_data_base64", "script",
        "scripts", "source"];

    public static void Collect(SourceFile file, DataNode root, ContextJudgement context, Findings found) =>
        Visit(file, root, context, found, new HashSet<DataNode>(ReferenceEqualityComparer.Instance), 0);

    static void Visit(SourceFile file, DataNode node, ContextJudgement context, Findings found, HashSet<DataNode> visited, int depth)
    {
        if (depth > 100 || !visited.Add(node))
        {
            return;
        }

        Commands(file, node, context, found);
        foreach (var name in ScriptKeys)
        {
            Scripts(node[name], name, context, found);
        }

        foreach (var name in FileKeys)
        {
            if (node[name] is { } value && (value[" file"]?.Text ?? (name is "script" or "scripts" ? value.Text : null)) is { } path
                && Findings.Resolved(file, path) is { } target)
            {
                Use(file, value.Line, name, target, context, found);
            }
        }

        foreach (var name in (string[])["environment", "Environment", "env", "envs"])
        {
            found.AddVariables(node[name], context, file.Path);
        }

        foreach (var child in node.Children.Select(member => member.Value).Concat(node.Items ?? []))
        {
            Visit(file, Decoded(file, child), context, found, visited, depth + 1);
        }
    }

    static void Commands(SourceFile file, DataNode node, ContextJudgement context, Findings found)
    {
        var entrypoint = EntrypointKeys.Select(name => node[name]).FirstOrDefault(value => value is not null);
        var scope = new Scope("") { IsElsewhere = true };
        foreach (var name in CommandKeys)
        {
            if (node[name] is not { } command)
            {
                continue;
            }

            if (name == "args" && node["command"] is not null)
            {
                continue;
            }

            var program = name is "command" or "Command" or "args" ? entrypoint?.Items ?? [] : [];
            var arguments = name == "command" && node["args"]?.Items is { } more ? more : (IReadOnlyList<DataNode>)[];
            if (arguments.Count > 0 && command.Text is not null)
            {
                found.AddCommand(new DataNode { Line = command.Line, Items = [command, .. arguments] }, $"{name}:", context, scope,
                    file.Path);
            }
            else if (command.Items is { Count: > 0 } items && items.All(item => item.Text is not null))
            {
                found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, "", items[0].Line), $"{name}:"), context, scope)
                {
                    Arguments = [.. program.Concat(items).Concat(arguments).Where(item => item.Text is not null)
                        .Select(item => new Argument(item.Text!))],
                });
            }
            else
            {
                found.AddCommand(command, $"{name}:", context, scope, file.Path);
            }
        }

        if (entrypoint is not null && !CommandKeys.Any(name => node[name] is not null))
        {
            found.AddCommand(entrypoint, "entrypoint:", context, scope, file.Path);
        }
    }

    static void Scripts(DataNode? node, string name, ContextJudgement context, Findings found)
    {
        foreach (var item in node?.OneOrMany ?? [])
        {
            if (item.Scalar is { } text && (name != "script" || text.Text.Contains('\n', StringComparison.Ordinal)
                || text.Text.Contains(' ', StringComparison.Ordinal)))
            {
                found.Add(text, $"{name}:", context, new Scope("") { IsElsewhere = true });
            }
        }
    }

    static void Use(SourceFile file, int line, string name, string target, ContextJudgement context, Findings found)
    {
        var site = new CallSite(new Problems.SourceLocation(file.Path, line), $"{name} = {RepositoryPath.Name(target)}");
        if (name is "container_definitions" or "ContainerDefinitions")
        {
            found.Uses.Add(new FileUse(target, FileRole.TaskDefinition, site, context));
        }
        else
        {
            found.Add(SourceText.OnLine(file.Path, $"sh ./{target}", line), $"{name}:", context, new Scope(""));
        }
    }

    /// <summary>Container definitions may be JSON in a text.</summary>
    static DataNode Decoded(SourceFile file, DataNode node)
    {
        if (node.Scalar is not { } scalar || scalar.Text.Length > 1_000_000 || scalar.Text.AsSpan().TrimStart() is not ['[' or '{', ..]
            || !scalar.Text.Contains("ommand", StringComparison.Ordinal))
        {
            return node;
        }

        var line = scalar.LineAt(0);
        var padded = scalar.Text.Contains('\n', StringComparison.Ordinal) ? new string('\n', Math.Max(0, line - 1)) + scalar.Text
            : scalar.Text;
        return JsonReader.Read(file.Path, padded).Root ?? node;
    }
}
