using System.Collections.Immutable;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>GitHub workflows: the steps of jobs, composite actions and reusable workflows of the repository.</summary>
sealed class GitHubFormat : YamlFormat
{
    /// <summary>Inputs of actions that are command lines.</summary>
    static readonly HashSet<string> CommandInputs = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "run", "command", "commands", "cmd", "build", "build-command", "start", "start-command", "install-command",
        "pre-command", "post-command", "entrypoint", "args", "script_stop", "remote-command", "execute", "shell-command", "buildCommand",
        "preCommands", "postCommands", "migrate-command",
    };

    public override bool Reads(string file, string name) =>
        FileKinds.IsYaml(name) && (file.StartsWith(".github/workflows/", StringComparison.Ordinal)
            || file.StartsWith(".gitea/workflows/", StringComparison.Ordinal)
            || file.StartsWith(".forgejo/workflows/", StringComparison.Ordinal));

    protected override void Collect(SourceFile file, DataNode root, Findings found)
    {
        var first = found.Entrypoints.Count;
        foreach (var job in root["jobs"]?.Children ?? [])
        {
            Job(file, root, job, found, [], null, 0);
        }

        // A workflow that can only be called is judged by its callers, where there are any.
        for (var index = first; index < found.Entrypoints.Count && Triggers(root["on"]) is ["workflow_call"]; index++)
        {
            found.Entrypoints[index] = found.Entrypoints[index] with { IsConventional = true };
        }
    }

    static void Job(SourceFile file, DataNode root, DataMember job, Findings found, ImmutableList<CallSite> via, ContextJudgement? caller,
        int depth)
    {
        var facts = new JobFacts(file.Path, job.Name)
        {
            WorkflowName = root["name"]?.Text,
            JobTitle = job.Value["name"]?.Text,
            Environment = job.Value["environment"]?.Text ?? job.Value.At("environment", "name")?.Text,
            Triggers = Triggers(root["on"]),
            Condition = job.Value["if"]?.Text,
            Services = [.. (job.Value["services"]?.Children ?? []).Select(service => service.Name)],
            Matrix = [.. Matrix(job.Value.At("strategy", "matrix"))],
            HasDatabaseService = (job.Value["services"]?.Children ?? [])
                .Any(service => IsDatabase(service.Value["image"]?.Text ?? service.Value.Text ?? service.Name)),
            Variables = [.. Pairs(root["env"]), .. Pairs(job.Value["env"])],
            PreviewBranches = [.. (job.Value["steps"]?.Items ?? []).Where(step => CreatesBranch(step["uses"]?.Text))
                .Select(step => step["id"]?.Text).OfType<string>()],
            StepTexts = [.. (job.Value["steps"]?.Items ?? []).Select(step => $"{step["uses"]?.Text} {step["run"]?.Text}")],
        };
        var context = caller ?? JobJudgement.From(facts, file.PathClassifier);
        found.AddVariables(root["env"], context, file.Path);
        found.AddVariables(job.Value["env"], context, file.Path);
        if (job.Value["uses"]?.Text is { } called)
        {
            Reusable(file, called, job, found, via, context, depth);
        }

        var folder = job.Value.At("defaults", "run", "working-directory")?.Text ?? root.At("defaults", "run", "working-directory")?.Text
            ?? "";
        foreach (var step in job.Value["steps"]?.Items ?? [])
        {
            Step(file, step, facts, context, folder, found, via, depth);
        }
    }

    /// <summary>The values that a matrix gives to <c>${{ matrix.name }}</c>.</summary>
    static IEnumerable<KeyValuePair<string, string>> Matrix(DataNode? matrix)
    {
        var members = (matrix?.Children ?? []).Where(member => member.Name is not "exclude")
            .SelectMany(member => member.Name == "include" ? (member.Value.Items ?? []).SelectMany(item => item.Children) : [member]);
        foreach (var member in members)
        {
            foreach (var value in member.Value.OneOrMany)
            {
                if (value.Text is { } text && !text.Contains("${{", StringComparison.Ordinal))
                {
                    yield return new KeyValuePair<string, string>("matrix." + member.Name, text);
                }
                else
                {
                    foreach (var inner in value.Children.Where(inner => inner.Value.Text is not null))
                    {
                        yield return new KeyValuePair<string, string>($"matrix.{member.Name}.{inner.Name}", inner.Value.Text!);
                    }
                }
            }
        }
    }

    /// <summary>GitHub allows ten levels of workflows that call each other.</summary>
    const int DeepestCalls = 12;

    /// <summary>True for actions that create a branch of a database, such as <c>neondatabase/create-branch-action</c>.</summary>
    static bool CreatesBranch(string? uses) => uses?.Split('@')[0] is { } action
        && action.Contains("branch", StringComparison.OrdinalIgnoreCase) && action.Contains("create", StringComparison.OrdinalIgnoreCase);

    static void Reusable(SourceFile file, string called, DataMember job, Findings found, ImmutableList<CallSite> via,
        ContextJudgement context, int depth)
    {
        var location = new SourceLocation(file.Path, job.Value["uses"]!.Line);
        if (depth > DeepestCalls)
        {
            found.NotFollowed.Add(new NotFollowed(location, $"uses: {called}",
                $"more than {DeepestCalls} workflows call each other") { Context = context.Class, IsDecisive = true });
            return;
        }

        if (!called.StartsWith("./", StringComparison.Ordinal))
        {
            found.NotFollowed.Add(new NotFollowed(location, $"uses: {called}", "the reusable workflow is not in this repository"));
            return;
        }

        // A workflow that is only called is judged by its callers: where one of them deploys, it deploys.
        var path = RepositoryPath.Resolve("", called);
        if (path is null || file.Repository.Read(path).Text is not { } text || !file.Repository.Contains(path))
        {
            found.NotFollowed.Add(new NotFollowed(location, $"uses: {called}", "the reusable workflow was not found"));
            return;
        }

        foreach (var root in YamlReader.Read(path, text).Roots)
        {
            foreach (var inner in root["jobs"]?.Children ?? [])
            {
                Job(file with { Path = path, Text = text }, root, inner, found, via.Add(new CallSite(location, $"uses: {called}")),
                    context.Class == PathClass.Unknown ? null : context, depth + 1);
            }
        }
    }

    static void Step(SourceFile file, DataNode step, JobFacts facts, ContextJudgement context, string folder, Findings found,
        ImmutableList<CallSite> via, int depth)
    {
        var variables = Pairs(step["env"]).ToList();
        var judged = JobJudgement.OfStep(facts with { Variables = [.. facts.Variables, .. variables], Condition = step["if"]?.Text
            ?? facts.Condition }, context, file.PathClassifier, variables);
        found.AddVariables(step["env"], judged, file.Path);
        var scope = new Scope(RepositoryPath.Resolve("", step["working-directory"]?.Text ?? folder) ?? "")
        {
            Environment = Known([.. facts.Variables, .. variables], facts.Services),
            Variables = facts.Matrix.Concat(Known([.. facts.Variables, .. variables], []))
                .Aggregate(Shell.Variables.None, (so, pair) => so.With(pair.Key, pair.Value)),
        };
        if (step["run"]?.Scalar is { } run)
        {
            Add(found, run, "run:", judged, scope, via);
        }

        if (step["uses"]?.Text is not { } uses)
        {
            return;
        }

        if (uses.StartsWith("./", StringComparison.Ordinal))
        {
            Composite(file, uses, step, facts, judged, found, via, depth);
            return;
        }

        if (step["with"] is { } image && (image["file"] ?? image["dockerfile"]) is { Text: { } dockerfile } named
            && !dockerfile.Contains("${{", StringComparison.Ordinal)
            && (uses.Contains("build", StringComparison.OrdinalIgnoreCase) || uses.Contains("docker", StringComparison.OrdinalIgnoreCase)
            || uses.Contains("kaniko", StringComparison.OrdinalIgnoreCase)))
        {
            var buildFolder = image["context"]?.Text is { } given && !given.Contains("${{", StringComparison.Ordinal)
                && !given.Contains("://", StringComparison.Ordinal) ? RepositoryPath.Resolve("", given) ?? "" : "";
            // The file is relative to the checkout, not to the context.
            found.Uses.Add(new FileUse(RepositoryPath.Resolve("", dockerfile) ?? dockerfile, FileRole.Dockerfile,
                new CallSite(new SourceLocation(file.Path, named.Line), $"file: {dockerfile}"), judged)
            {
                Stage = image["target"]?.Text, BuildFolder = buildFolder, Via = via,
            });
        }

        if (step.At("with", "task-definition")?.Text is { } definition && RepositoryPath.Resolve("", definition) is { } task
            && file.Repository.Contains(task))
        {
            found.Uses.Add(new FileUse(task, FileRole.TaskDefinition,
                new CallSite(new SourceLocation(file.Path, step.At("with", "task-definition")!.Line), $"task-definition: {definition}"),
                judged) { Via = via });
        }

        if (uses.Contains("docker/bake-action", StringComparison.Ordinal))
        {
            foreach (var bake in (step.At("with", "files")?.Text ?? "")
                .Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(name => !name.Contains("${{", StringComparison.Ordinal)))
            {
                found.Uses.Add(new FileUse(RepositoryPath.Resolve("", bake) ?? bake, FileRole.Bake,
                    new CallSite(new SourceLocation(file.Path, step["with"]!.Line), $"files: {bake}"), judged) { Via = via });
            }
        }

        var isRemote = uses.Contains("ssh", StringComparison.OrdinalIgnoreCase)
            || uses.Contains("deploy", StringComparison.OrdinalIgnoreCase);
        var inputs = step["with"];
        foreach (var input in (inputs?.Children ?? []).Where(input => CommandInputs.Contains(input.Name) && input.Value.Scalar is not null))
        {
            var inside = scope with { IsElsewhere = isRemote, IsComputed = input.Name == "args",
                Folder = inputs?["working-directory"]?.Text is { } inner ? RepositoryPath.Resolve("", inner) ?? "" : scope.Folder };
            if (uses.Contains("github-script", StringComparison.Ordinal))
            {
                continue;
            }

            Add(found, input.Value.Scalar!, $"{input.Name}:", judged, inside, via);
        }
    }

    static void Composite(SourceFile file, string uses, DataNode step, JobFacts facts, ContextJudgement context, Findings found,
        ImmutableList<CallSite> via, int depth)
    {
        var location = new SourceLocation(file.Path, step["uses"]!.Line);
        var folder = RepositoryPath.Resolve("", uses) ?? "";
        var path = ((string[])["action.yml", "action.yaml"]).Select(name => folder.Length == 0 ? name : $"{folder}/{name}")
            .FirstOrDefault(file.Repository.Contains);
        if (path is null || depth > DeepestCalls || file.Repository.Read(path).Text is not { } text)
        {
            found.NotFollowed.Add(new NotFollowed(location, $"uses: {uses}", depth > DeepestCalls
                ? $"more than {DeepestCalls} actions use each other"
                : "the action was not found in the repository") { Context = context.Class, IsDecisive = depth > DeepestCalls });
            return;
        }

        foreach (var root in YamlReader.Read(path, text).Roots)
        {
            var hops = via.Add(new CallSite(location, $"uses: {uses}"));
            foreach (var inner in root.At("runs", "steps")?.Items ?? [])
            {
                Step(file with { Path = path, Text = text }, inner, facts, context, "", found, hops, depth + 1);
            }

            foreach (var name in (ReadOnlySpan<string>)["pre", "main", "post"])
            {
                if (root.At("runs", name)?.Scalar is { } main
                    && root.At("runs", "using")?.Text?.StartsWith("node", StringComparison.Ordinal) == true)
                {
                    Add(found, SourceText.OnLine(path, $"node ./{main.Text}", main.LineAt(0)), $"{name}:", context, new Scope(folder),
                        hops);
                }
            }
        }
    }

    static void Add(Findings found, SourceText text, string label, ContextJudgement context, Scope scope, ImmutableList<CallSite> via) =>
        found.Entrypoints.Add(new Entrypoint(new Frame(text, label), context, scope) { Via = via });

    static ImmutableDictionary<string, string> Known(IEnumerable<KeyValuePair<string, string>> variables, IReadOnlyList<string> services)
    {
        var known = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables.Where(pair => !pair.Value.Contains("${{", StringComparison.Ordinal)))
        {
            known = known.SetItem(name, value);
        }

        return services.Count > 0 ? known.SetItem(CommandJudge.ServicesKey, string.Join(' ', services)) : known;
    }

    static IEnumerable<KeyValuePair<string, string>> Pairs(DataNode? node) =>
        (node?.Children ?? []).Where(member => member.Value.Text is not null)
            .Select(member => new KeyValuePair<string, string>(member.Name, member.Value.Text!));

    static IReadOnlyList<string> Triggers(DataNode? on) =>
        on?.Text is { } one ? [one] : on?.Items is { } items ? [.. items.Select(item => item.Text ?? "")]
            : [.. (on?.Children ?? []).Select(member => member.Name)];

    internal static bool IsDatabase(string image) =>
        image.Contains("postgres", StringComparison.OrdinalIgnoreCase) || image.Contains("postgis", StringComparison.OrdinalIgnoreCase)
            || image.Contains("mysql", StringComparison.OrdinalIgnoreCase)
        || image.Contains("mariadb", StringComparison.OrdinalIgnoreCase) || image.Contains("pgvector", StringComparison.OrdinalIgnoreCase)
            || image.Contains("timescale", StringComparison.OrdinalIgnoreCase)
        || image.Contains("supabase", StringComparison.OrdinalIgnoreCase)
            || image.Contains("cockroach", StringComparison.OrdinalIgnoreCase)
            || image.Contains("mongo", StringComparison.OrdinalIgnoreCase) || image.Contains("mssql", StringComparison.OrdinalIgnoreCase);
}
