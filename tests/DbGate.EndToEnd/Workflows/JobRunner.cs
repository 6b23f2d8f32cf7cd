using System.Text;

namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// One job on a fresh machine: runs its <c>run:</c> steps in the shell that GitHub's runner would take, with the variables and files that
/// it sets, this repository's own composite action step by step, and what of foreign actions its <see cref="ForeignActions"/> can.
/// </summary>
/// <param name="origin">The gated project's repository.</param>
/// <param name="storage">Of the run.</param>
/// <param name="machine">Variables of the runner's machine.</param>
/// <param name="call">What started the run.</param>
sealed class JobRunner(string origin, RunStorage storage, IReadOnlyDictionary<string, string?> machine, WorkflowCall call) : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    readonly string folder = Directory.CreateTempSubdirectory("dbgate-runner-").FullName;
    readonly Dictionary<string, string> exported = [];
    readonly List<IReadOnlyDictionary<string, string?>> environments = [];
    readonly StringBuilder log = new();
    readonly StringBuilder summary = new();
    int exitCode;
    int files;

    string Workspace => Directory.CreateDirectory(Path.Combine(folder, "workspace")).FullName;

    string Temporary => Directory.CreateDirectory(Path.Combine(folder, "temp")).FullName;

    public async Task<JobResult> RunAsync(Job job, Dictionary<string, object?> contexts)
    {
        contexts["success"] = true;
        contexts["github"] =
            new Dictionary<string, string>((IReadOnlyDictionary<string, string>)contexts["github"]!) { ["workspace"] = Workspace };
        await StepsAsync(job.Steps, contexts, new Dictionary<string, string?>());
        var outputs = job.Outputs.ToDictionary(output => output.Key, output => Expression.Expand(output.Value, contexts));
        return new(
            exitCode == 0 ? "success" : "failure", outputs, exitCode, log.ToString(), summary.ToString()) { Environments = environments };
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    async Task StepsAsync(IEnumerable<Step> steps, Dictionary<string, object?> contexts, IReadOnlyDictionary<string, string?> around)
    {
        var outputs = new Dictionary<string, object?>();
        contexts["steps"] = outputs;
        foreach (var step in steps)
        {
            contexts["env"] = exported;
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
            var (code, made) = step switch
            {
                { Run: { } script } => await ShellAsync(step, script, contexts, environment),
                { Uses: { } action }
                    when action.StartsWith("./", StringComparison.Ordinal) => (0, await ActionAsync(action, with, contexts, environment)),
                { Uses: { } action } => await new ForeignActions(origin, storage, Workspace, call).RunAsync(action.Split('@')[0], with),
                _ => throw new FormatException($"the step {step.Name} does nothing"),
            };
            if (step.Id is { } id)
            {
                outputs[id] = new Dictionary<string, object?> { ["outputs"] = made };
            }

            if (code != 0 && !step.MayFail)
            {
                exitCode = exitCode == 0 ? code : exitCode;
            }

            contexts["success"] = exitCode == 0;
        }
    }

    async Task<IReadOnlyDictionary<string,
        string>> ActionAsync(
            string action, IReadOnlyDictionary<string, string> with, Dictionary<string, object?> outer,
            IReadOnlyDictionary<string, string?> around)
    {
        var place = Path.Combine(Workspace, action);
        var file = WorkflowFile.ReadAction(Path.Combine(place, "action.yml"));
        var contexts =
            new Dictionary<string,
                object?> { ["inputs"] = WorkflowRunner.InputsOf(file, with), ["github"] = outer["github"], ["success"] = true };
        await StepsAsync(file.Jobs[0].Steps, contexts, new Dictionary<string, string?>(around) { ["GITHUB_ACTION_PATH"] = place });
        return file.Outputs.ToDictionary(output => output.Key, output => Expression.Expand(output.Value, contexts));
    }

    async Task<(int, IReadOnlyDictionary<string, string>)> ShellAsync(
        Step step, string script, Dictionary<string, object?> contexts, Dictionary<string, string?> environment)
    {
        Assert.That(script, Does.Not.Contain("${{"), step.Name);
        var (output, export, page, file) = (NewFile(), NewFile(), NewFile(), NewFile(script));
        var variables = new Dictionary<string, string?>(machine);
        foreach (var (name, value) in ((IReadOnlyDictionary<string, string>)contexts["github"]!).Where(pair => pair.Key is not "token"))
        {
            variables[$"GITHUB_{name.ToUpperInvariant()}"] = value;
        }

        foreach (var (name, value) in exported.Select(pair => (pair.Key, (string?)pair.Value))
            .Concat(environment.Select(pair => (pair.Key, pair.Value))))
        {
            variables[name] = value;
        }

        variables["CI"] = "true";
        variables["GITHUB_ACTIONS"] = "true";
        variables["GITHUB_EVENT_PATH"] = NewFile(call.EventText);
        variables["GITHUB_OUTPUT"] = output;
        variables["GITHUB_ENV"] = export;
        variables["GITHUB_STEP_SUMMARY"] = page;
        variables["RUNNER_ENVIRONMENT"] = call.IsHosted ? "github-hosted" : "self-hosted";
        variables["RUNNER_OS"] = "Linux";
        variables["RUNNER_ARCH"] = "X64";
        variables["RUNNER_TEMP"] = Temporary;
        environments.Add(variables);

        // What GitHub's runner starts, with "shell: bash" and without.
        string[] arguments = step.Shell == "bash" ? ["--noprofile", "--norc", "-eo", "pipefail", file] : ["-e", file];
        var result =
            await Shell.RunAsync(
                "bash", arguments, Path.Combine(Workspace, Expression.Expand(step.Folder ?? "", contexts)), variables, deadline: Deadline);
        log.Append(result.Everything);
        summary.Append(await File.ReadAllTextAsync(page));
        foreach (var (name, value) in CommandFile.Read(await File.ReadAllTextAsync(export)))
        {
            exported[name] = value;
        }

        return (result.ExitCode, CommandFile.Read(await File.ReadAllTextAsync(output)));
    }

    string NewFile(string text = "")
    {
        var path = Path.Combine(Temporary, $"file-{++files}");
        File.WriteAllText(path, text);
        return path;
    }
}
