using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>Ansible: the commands and containers of plays, tasks and handlers. Files of other kinds in its folders are read as
/// manifests.</summary>
sealed class AnsibleFormat : IEntrypointFormat
{
    static readonly KubernetesFormat Manifests = new();

    public bool Reads(string file, string name) =>
        FileKinds.IsYaml(name) && (name.StartsWith("playbook", StringComparison.OrdinalIgnoreCase) || name is "site.yml" or "site.yaml"
            || ("/" + file).Split('/').Any(segment => segment is "ansible" or "playbooks" or "roles" or ".ansible"));

    public void Collect(SourceFile file, Findings found)
    {
        var documents = YamlReader.Read(file.Path, file.Text);
        if (documents.Root?.Items is null)
        {
            Manifests.Collect(file, found);
            return;
        }

        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "Ansible runs it on the servers"));
        foreach (var entry in documents.Roots.SelectMany(root => root.Items ?? []))
        {
            Entry(file, entry, Judged(file, entry, context), found, 0);
        }
    }

    static ContextJudgement Judged(SourceFile file, DataNode play, ContextJudgement context) =>
        play["hosts"]?.Text is { } hosts && Environments.IsOther(hosts, file.PathClassifier.Environment)
            ? file.PathClassifier.ByPolicy(file.Path) ?? new ContextJudgement(PathClass.Development, $"its hosts are {hosts}")
            : context;

    static void Entry(SourceFile file, DataNode entry, ContextJudgement context, Findings found, int depth)
    {
        if (depth > 100)
        {
            return;
        }

        foreach (var member in entry.Children)
        {
            var module = member.Name[(member.Name.LastIndexOf('.') + 1)..];
            if (member.Name is "tasks" or "pre_tasks" or "post_tasks" or "handlers" or "block" or "rescue" or "always")
            {
                foreach (var task in member.Value.Items ?? [])
                {
                    Entry(file, task, context, found, depth + 1);
                }
            }
            else if (module is "shell" or "command" or "raw" or "expect")
            {
                Command(file, entry, member, module, context, found);
            }
            else if (module == "script" && (member.Value.Text ?? member.Value["cmd"]?.Text) is { } script)
            {
                found.Add(SourceText.OnLine(file.Path, $"sh {script}", member.Line), "script:", context,
                    new Scope(file.Folder) { IsElsewhere = true });
            }
            else if (module is "docker_container" or "podman_container" or "docker_compose_v2_run" or "docker_compose_v2_exec"
                or "docker_container_exec" && (member.Value["command"] ?? member.Value["argv"]) is { } command)
            {
                found.AddCommand(command, "command:", context, new Scope("") { IsElsewhere = true }, file.Path);
            }
        }
    }

    static void Command(SourceFile file, DataNode task, DataMember member, string module, ContextJudgement context, Findings found)
    {
        var folder = (member.Value["chdir"] ?? task.At("args", "chdir"))?.Text;
        var scope = new Scope(folder is { } given && !given.Contains("{{", StringComparison.Ordinal) ? RepositoryPath.Resolve("", given)
            ?? "" : "") { IsElsewhere = true };
        if (member.Value.At("argv") is { } vector)
        {
            found.AddCommand(vector, $"{module}:", context, scope, file.Path);
        }
        else if ((member.Value.Scalar ?? member.Value["cmd"]?.Scalar ?? member.Value["_raw_params"]?.Scalar) is { } text)
        {
            found.Add(text, $"{module}:", context, scope);
        }
    }
}
