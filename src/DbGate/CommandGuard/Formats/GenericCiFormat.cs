using System.Collections.Immutable;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>The YAML of other CI systems: GitLab, CircleCI, Azure Pipelines, Bitbucket, Drone, Woodpecker, Travis, Buildkite,
/// Semaphore.</summary>
sealed class GenericCiFormat : YamlFormat
{
    static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ".gitlab-ci.yml", ".gitlab-ci.yaml", "azure-pipelines.yml", "azure-pipelines.yaml", "bitbucket-pipelines.yml", ".drone.yml",
        ".woodpecker.yml", ".woodpecker.yaml", ".travis.yml", "semaphore.yml", "codemagic.yaml", "appveyor.yml", ".cirrus.yml",
        ".appveyor.yml",
    };

    static readonly HashSet<string> CommandKeys = new(StringComparer.Ordinal)
    {
        "script", "before_script", "after_script", "run", "command", "commands", "bash", "pwsh", "powershell", "inlineScript", "install",
        "before_install", "before_deploy", "after_deploy", "after_success", "after-script", "deploy_script", "build_script", "test_script",
        "before_build",
    };

    /// <summary>Keys that hold a job's facts, not another job.</summary>
    static readonly HashSet<string> FactKeys = new(StringComparer.Ordinal) { "services", "environment", "variables", "env", "stage",
        "image", "docker", "rules", "only", "except", "when", "cache", "artifacts", "deployment", "needs", "displayName", "name" };

    public override bool Reads(string file, string name) =>
        Names.Contains(name)
        || (FileKinds.IsYaml(name) && (file.Contains(".circleci/", StringComparison.Ordinal)
            || file.Contains(".buildkite/", StringComparison.Ordinal) || file.Contains(".gitlab/", StringComparison.Ordinal)
            || file.Contains(".gitlab-ci/", StringComparison.Ordinal)
            || file.Contains(".woodpecker/", StringComparison.Ordinal) || file.Contains(".azure-pipelines/", StringComparison.Ordinal)
                || file.Contains(".azuredevops/", StringComparison.Ordinal) || file.Contains(".semaphore/", StringComparison.Ordinal)
            || name.EndsWith(".gitlab-ci.yml", StringComparison.Ordinal)
                || name.StartsWith("azure-pipeline", StringComparison.OrdinalIgnoreCase)));

    protected override void Collect(SourceFile file, DataNode root, Findings found)
    {
        var outer = new JobFacts(file.Path, "") { Variables = [.. Variables(root)], HasDatabaseService = Services(root)
            .Any(GitHubFormat.IsDatabase), Services = [.. Services(root).Select(ServiceHost)] };
        Visit(file, root, root, outer, "", found, new HashSet<DataNode>(ReferenceEqualityComparer.Instance), new Budget(), 0);
    }

    /// <summary>Goes down the tree; what a level states about itself holds for all below.</summary>
    static void Visit(SourceFile file, DataNode root, DataNode node, JobFacts facts, string key, Findings found, HashSet<DataNode> visited,
        Budget budget, int depth)
    {
        if (budget.Visits-- == 0)
        {
            found.NotFollowed.Add(new NotFollowed(new Problems.SourceLocation(file.Path, node.Line), key,
                $"the file has more than {Budget.Most} places to read") { IsDecisive = true });
        }

        if (depth > 100 || budget.Visits < 0 || !visited.Add(node))
        {
            return;
        }

        facts = Narrow(root, node, facts, key, depth);
        var context = JobJudgement.From(facts, file.PathClassifier);
        foreach (var name in (ReadOnlySpan<string>)["variables", "env", "environment"])
        {
            found.AddVariables(node[name], context, file.Path);
        }

        foreach (var member in node.Children)
        {
            if (CommandKeys.Contains(member.Name))
            {
                Commands(file, member, node, facts, context, found);
            }

            if (member.Value.Members is not null && !FactKeys.Contains(member.Name))
            {
                Visit(file, root, member.Value, facts, member.Name, found, visited, budget, depth + 1);
            }
            else if (member.Value.Items is not null && !CommandKeys.Contains(member.Name))
            {
                foreach (var item in member.Value.Items)
                {
                    Visit(file, root, item, facts, key, found, visited, budget, depth + 1);
                }
            }
        }

        foreach (var item in node.Items ?? [])
        {
            Visit(file, root, item, facts, key, found, visited, budget, depth + 1);
        }

        visited.Remove(node);
    }

    static JobFacts Narrow(DataNode root, DataNode node, JobFacts facts, string key, int depth)
    {
        if (node.Members is null || depth == 0)
        {
            return facts;
        }

        var services = Services(node).Concat(Inherited(root, node).SelectMany(Services)).Concat(Executor(root, node)).ToList();
        var steps = node["steps"]?.Items ?? node["script"]?.OneOrMany ?? [];
        return facts with
        {
            Job = IsName(key) ? key : facts.Job,
            JobTitle = node["displayName"]?.Text ?? node["deployment"]?.Text ?? node["job"]?.Text ?? node["label"]?.Text
                ?? node["step"]?["name"]?.Text ?? node["name"]?.Text ?? facts.JobTitle,
            Stage = node["stage"]?.Text ?? Inherited(root, node).Select(parent => parent["stage"]?.Text)
                .FirstOrDefault(stage => stage is not null) ?? facts.Stage,
            Environment = EnvironmentOf(node) ?? Inherited(root, node).Select(EnvironmentOf).FirstOrDefault(name => name is not null)
                ?? facts.Environment,
            Services = [.. facts.Services, .. services.Select(ServiceHost)],
            HasDatabaseService = facts.HasDatabaseService || services.Any(GitHubFormat.IsDatabase),
            Variables = [.. facts.Variables, .. Inherited(root, node).SelectMany(Variables), .. Variables(node)],
            StepTexts = [.. facts.StepTexts, .. steps.Select(step => step.Text ?? step["run"]?.Text ?? step.At("run", "command")?.Text
                ?? step["script"]?.Text ?? "")],
        };
    }

    /// <summary>Aliases may be in many places: each is visited there, but not forever.</summary>
    sealed class Budget
    {
        public const int Most = 20_000;

        public int Visits { get; set; } = Most;
    }

    static bool IsName(string key) => key is not ("" or "jobs" or "steps" or "step" or "stages" or "strategy" or "runOnce" or "deploy"
        or "pipelines" or "default" or "definitions" or "parallel" or "run" or "script" or "workflows" or "branches" or "custom"
        or "pipeline");

    /// <summary>An environment's name: a text, a mapping with a name, or Bitbucket's <c>deployment</c>; a mapping of variables is
    /// none.</summary>
    static string? EnvironmentOf(DataNode node) =>
        node["environment"]?.Text?.Split('.')[0] ?? node.At("environment", "name")?.Text?.Split('.')[0]
            ?? (node["script"] is not null ? node["deployment"]?.Text : null);

    static IEnumerable<DataNode> Inherited(DataNode root, DataNode node) =>
        (node["extends"]?.OneOrMany ?? []).Select(parent => parent.Text is { } name ? root[name] : null).OfType<DataNode>();

    static IEnumerable<string> Services(DataNode node) =>
        (node["services"]?.Items ?? []).Select(service => service.Text ?? service["name"]?.Text ?? service["image"]?.Text ?? "")
            .Concat((node["services"]?.Children ?? []).Select(service => service.Value.Text ?? service.Value["image"]?.Text
                ?? service.Name))
            // Drone and Woodpecker reach a service by its name, GitLab also by an alias.
            .Concat((node["services"]?.Children ?? []).Select(service => service.Name))
            .Concat((node["services"]?.Items ?? []).Select(service => service["alias"]?.Text ?? ""))
            .Concat((node["docker"]?.Items ?? []).Skip(1).Select(image => image["image"]?.Text ?? ""))
            .Concat((node.At("definitions", "services")?.Children ?? []).Select(_ => ""));

    static IEnumerable<string> Executor(DataNode root, DataNode node) =>
        (node["executor"]?.Text ?? node.At("executor", "name")?.Text) is { } name && root.At("executors", name) is { } executor
            ? Services(executor) : [];

    static string ServiceHost(string image) => image.Split(':')[0].Split('/')[^1];

    static IEnumerable<KeyValuePair<string, string>> Variables(DataNode node)
    {
        foreach (var name in (string[])["variables", "env", "environment"])
        {
            foreach (var member in node[name]?.Children ?? [])
            {
                if ((member.Value.Text ?? member.Value["value"]?.Text) is { } value)
                {
                    yield return new(member.Name, value);
                }
            }

            foreach (var item in node[name]?.Items ?? [])
            {
                if (item["name"]?.Text is { } key && item["value"]?.Text is { } text)
                {
                    yield return new(key, text);
                }
            }
        }

        foreach (var image in node["docker"]?.Items ?? [])
        {
            foreach (var pair in Variables(new DataNode { Line = image.Line,
                Members = [.. image.Children.Where(member => member.Name == "environment")] }))
            {
                yield return pair;
            }
        }
    }

    static void Commands(SourceFile file, DataMember member, DataNode owner, JobFacts facts, ContextJudgement context, Findings found)
    {
        var own = Variables(owner).ToList();
        var scope = new Scope(RepositoryPath.Resolve("", owner["working_directory"]?.Text?.Replace("~/project", "",
            StringComparison.Ordinal).TrimStart('/') ?? owner["workingDirectory"]?.Text?.Replace("$(System.DefaultWorkingDirectory)", "",
            StringComparison.Ordinal).TrimStart('/') ?? "") ?? "")
        {
            Environment = facts.Variables.Concat(own).Where(pair => !pair.Value.Contains('$', StringComparison.Ordinal))
                .Aggregate(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal), (so, pair) =>
                so.SetItem(pair.Key, pair.Value))
                .SetItem(CommandJudge.ServicesKey, string.Join(' ', facts.Services)),
        };
        scope = scope with { Variables = scope.Environment.Where(pair => pair.Key != CommandJudge.ServicesKey)
            .Aggregate(Shell.Variables.None, (so, pair) => so.With(pair.Key, pair.Value)) };
        var judged = JobJudgement.OfStep(facts, context, file.PathClassifier, own);
        foreach (var line in Flattened(member.Value, 0))
        {
            var text = line.Scalar ?? (member.Name == "run" ? line["command"]?.Scalar : line["cmd"]?.Scalar);
            if (text is not null)
            {
                found.Add(text, $"{member.Name}:", judged, scope);
            }
        }
    }

    /// <summary>GitLab allows lists in lists.</summary>
    static IEnumerable<DataNode> Flattened(DataNode node, int depth) =>
        node.Items is { } items && depth < 12 ? items.SelectMany(item => Flattened(item, depth + 1)).Take(10_000) : [node];
}
