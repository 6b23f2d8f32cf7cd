using System.Text;

namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// A small Actions runner: evaluates conditions and inputs, runs <c>run:</c> steps in the shell that GitHub's runner would take, with the
/// variables and files that it sets, and this repository's own composite action step by step. Of foreign actions it does what the checkout
/// does, and leaves the others out.
/// </summary>
/// <param name="origin">The gated project's repository.</param>
/// <param name="machine">Variables of the runner's machine.</param>
sealed class WorkflowRunner(string origin, IReadOnlyDictionary<string, string?> machine)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    /// <summary>Runs the jobs in the order of the file, which is that of their needs.</summary>
    /// <param name="workflow">A file of <c>.github/workflows</c>.</param>
    /// <param name="inputs">Of the call; the others have their defaults.</param>
    /// <param name="actor">Who started the run.</param>
    /// <param name="secrets">By name.</param>
    /// <param name="variables">By name.</param>
    /// <param name="kept">Results of jobs that are not run again, as when failed jobs are re-run.</param>
    /// <param name="until">The last job that is run: those after it wait for a person.</param>
    public async Task<IReadOnlyDictionary<string, JobResult>> RunAsync(
        string workflow,
        IReadOnlyDictionary<string, string> inputs,
        string actor,
        IReadOnlyDictionary<string, string> secrets,
        IReadOnlyDictionary<string, string> variables,
        IReadOnlyDictionary<string, JobResult>? kept = null,
        string? until = null)
    {
        var file = WorkflowFile.ReadWorkflow(Path.Combine(Repository.Root, ".github/workflows", workflow));
        var results = new Dictionary<string, JobResult>(kept ?? new Dictionary<string, JobResult>());
        foreach (var job in file.Jobs.Where(job => !results.ContainsKey(job.Name)))
        {
            var workspace = Directory.CreateTempSubdirectory("dbgate-runner-").FullName;
            try
            {
                results[job.Name] = await RunAsync(job, workspace, new Dictionary<string, object?>
                {
                    ["inputs"] = Merge(file.Defaults, inputs),
                    ["secrets"] = secrets,
                    ["vars"] = variables,
                    ["github"] = await GitHubAsync(actor, workspace),
                    ["needs"] = job.Needs.ToDictionary(need => need, need => (object?)new Dictionary<string, object?> { ["result"] = results[need].Result, ["outputs"] = results[need].Outputs }),
                    ["success"] = job.Needs.All(need => results[need].Result == "success"),
                });
            }
            finally
            {
                Directory.Delete(workspace, recursive: true);
            }

            if (job.Name == until)
            {
                break;
            }
        }

        return results;
    }

    async Task<JobResult> RunAsync(Job job, string workspace, Dictionary<string, object?> contexts)
    {
        if (!Expression.Holds(job.If, contexts))
        {
            return JobResult.Skipped;
        }

        var run = new Run(workspace, contexts, []);
        contexts["success"] = true;
        await StepsAsync(job.Steps, run, contexts, new Dictionary<string, string?>());
        var outputs = job.Outputs.ToDictionary(output => output.Key, output => Expression.Expand(output.Value, contexts));
        return new((bool)contexts["success"]! ? "success" : "failure", outputs, run.ExitCode, run.Log.ToString(), run.Summary.ToString());
    }

    async Task StepsAsync(IEnumerable<Step> steps, Run run, Dictionary<string, object?> contexts, IReadOnlyDictionary<string, string?> around)
    {
        var outputs = new Dictionary<string, object?>();
        contexts["steps"] = outputs;
        foreach (var step in steps)
        {
            contexts["env"] = run.Exported;
            if (!Expression.Holds(step.If, contexts))
            {
                continue;
            }

            var environment = new Dictionary<string, string?>(around);
            foreach (var (name, value) in step.Env)
            {
                environment[name] = Expression.Expand(value, contexts);
            }

            var with = step.With.ToDictionary(input => input.Key, input => Expression.Expand(input.Value, contexts));
            var made = step switch
            {
                { Run: { } script } => await ShellAsync(step, script, run, contexts, environment),
                { Uses: { } action } when action.StartsWith("./", StringComparison.Ordinal) => await ActionAsync(action, with, run, contexts, environment),
                { Uses: { } action } when action.StartsWith("actions/checkout@", StringComparison.Ordinal) => await CheckoutAsync(with, run),
                _ => [],
            };
            if (step.Id is { } id)
            {
                outputs[id] = new Dictionary<string, object?> { ["outputs"] = made };
            }

            if (run.ExitCode != 0)
            {
                contexts["success"] = false;
            }
        }
    }

    async Task<Dictionary<string, string>> ActionAsync(string action, IReadOnlyDictionary<string, string> with, Run run, Dictionary<string, object?> outer, IReadOnlyDictionary<string, string?> around)
    {
        var folder = Path.Combine(run.Workspace, action);
        var file = WorkflowFile.ReadAction(Path.Combine(folder, "action.yml"));
        var contexts = new Dictionary<string, object?> { ["inputs"] = Merge(file.Defaults, with), ["github"] = outer["github"], ["success"] = true };
        await StepsAsync(file.Jobs[0].Steps, run, contexts, new Dictionary<string, string?>(around) { ["GITHUB_ACTION_PATH"] = folder });
        return file.Outputs.ToDictionary(output => output.Key, output => Expression.Expand(output.Value, contexts));
    }

    async Task<Dictionary<string, string>> ShellAsync(Step step, string script, Run run, Dictionary<string, object?> contexts, Dictionary<string, string?> environment)
    {
        Assert.That(script, Does.Not.Contain("${{"), step.Name);
        var (output, exported, summary, file) = (run.NewFile(), run.NewFile(), run.NewFile(), run.NewFile());
        await File.WriteAllTextAsync(file, script);
        var variables = new Dictionary<string, string?>(machine);
        foreach (var (name, value) in ((IReadOnlyDictionary<string, string>)contexts["github"]!).Where(pair => pair.Key is not "token"))
        {
            variables[$"GITHUB_{name.ToUpperInvariant()}"] = value;
        }

        foreach (var (name, value) in run.Exported.Select(pair => (pair.Key, (string?)pair.Value)).Concat(environment.Select(pair => (pair.Key, pair.Value))))
        {
            variables[name] = value;
        }

        variables["CI"] = "true";
        variables["GITHUB_ACTIONS"] = "true";
        variables["GITHUB_OUTPUT"] = output;
        variables["GITHUB_ENV"] = exported;
        variables["GITHUB_STEP_SUMMARY"] = summary;
        variables["RUNNER_OS"] = "Linux";
        variables["RUNNER_ARCH"] = "X64";
        variables["RUNNER_TEMP"] = run.Temporary;

        // What GitHub's runner starts, with "shell: bash" and without.
        string[] arguments = step.Shell == "bash" ? ["--noprofile", "--norc", "-eo", "pipefail", file] : ["-e", file];
        var folder = Path.Combine(run.Workspace, Expression.Expand(step.Folder ?? "", contexts));
        var result = await Shell.RunAsync("bash", arguments, folder, variables, deadline: Deadline);
        run.Log.Append(result.Everything);
        run.Summary.Append(await File.ReadAllTextAsync(summary));
        run.ExitCode = run.ExitCode == 0 ? result.ExitCode : run.ExitCode;
        foreach (var (name, value) in CommandFile.Read(await File.ReadAllTextAsync(exported)))
        {
            run.Exported[name] = value;
        }

        return CommandFile.Read(await File.ReadAllTextAsync(output));
    }

    async Task<Dictionary<string, string>> CheckoutAsync(IReadOnlyDictionary<string, string> with, Run run)
    {
        var folder = Path.Combine(run.Workspace, with["path"]);
        if (with["path"] == "dbgate")
        {
            Directory.CreateSymbolicLink(folder, Repository.Root);
            return [];
        }

        (await Shell.RunAsync("git", ["clone", "--quiet", origin, folder])).Succeeded();
        if (with.GetValueOrDefault("ref") is { Length: > 0 } wanted)
        {
            (await Shell.RunAsync("git", ["checkout", "--quiet", "--detach", wanted], folder)).Succeeded();
        }

        return [];
    }

    async Task<IReadOnlyDictionary<string, string>> GitHubAsync(string actor, string workspace) => new Dictionary<string, string>
    {
        ["actor"] = actor,
        ["triggering_actor"] = actor,
        ["repository"] = "acme/shop",
        ["server_url"] = "https://github.example",
        ["run_id"] = "4711",
        ["sha"] = (await Shell.RunAsync("git", ["rev-parse", "HEAD"], origin)).Succeeded().Output.Trim(),
        ["workspace"] = workspace,
        ["token"] = Testing.GitHub.GitHubDouble.Token,
        ["event_name"] = "push",
    };

    static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> defaults, IReadOnlyDictionary<string, string> given)
    {
        var merged = new Dictionary<string, string>(defaults);
        foreach (var (name, value) in given)
        {
            Assert.That(defaults, Does.ContainKey(name), "an input that the file does not declare");
            merged[name] = value;
        }

        return merged;
    }

    /// <summary>What the steps of one job share.</summary>
    sealed record Run(string Workspace, Dictionary<string, object?> Contexts, Dictionary<string, string> Exported)
    {
        int files;

        public StringBuilder Log { get; } = new();

        public StringBuilder Summary { get; } = new();

        public int ExitCode { get; set; }

        public string Temporary => Directory.CreateDirectory(Path.Combine(Workspace, "_temp")).FullName;

        public string NewFile()
        {
            var path = Path.Combine(Temporary, $"file-{++files}");
            File.WriteAllText(path, "");
            return path;
        }
    }
}
