using DbGate.Testing.GitHub;

namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// A small Actions runner: evaluates conditions, inputs, needs and matrices, and has each job run by a <see cref="JobRunner"/>, with a
/// token that may what the job's <c>permissions</c> state.
/// </summary>
/// <param name="origin">The gated project's repository.</param>
/// <param name="gitHub">Where it is hosted.</param>
/// <param name="machine">Variables of the runner's machine.</param>
sealed class WorkflowRunner(string origin, GitHubDouble gitHub, IReadOnlyDictionary<string, string?> machine) : IDisposable
{
    public const long RunId = 4711;

    readonly string folder = Directory.CreateTempSubdirectory("dbgate-runs-").FullName;
    int runs;

    /// <summary>What the last run kept, and sent to code scanning.</summary>
    public RunStorage Storage { get; private set; } = null!;

    /// <summary>Runs the jobs in the order of the file, which is that of their needs.</summary>
    public async Task<IReadOnlyDictionary<string, JobResult>> RunAsync(WorkflowCall call)
    {
        var file = WorkflowFile.ReadWorkflow(Path.Combine(Repository.Root, ".github/workflows", call.Workflow));
        Storage = new(Directory.CreateDirectory(Path.Combine(folder, $"{++runs}")).FullName);
        var results = new Dictionary<string, JobResult>(call.Kept);
        foreach (var job in file.Jobs.Where(job => !results.ContainsKey(job.Name)))
        {
            results[job.Name] = await RunAsync(job, call, new Dictionary<string, object?>
            {
                ["inputs"] = InputsOf(file, call.Inputs),
                ["secrets"] = call.IsOfFork ? new Dictionary<string, string>() : call.Secrets,
                ["vars"] = call.Variables,
                ["github"] = await GitHubAsync(call),
                ["needs"] = job.Needs.ToDictionary(
                    need => need,
                    need =>
                        (object?)new Dictionary<string,
                            object?> { ["result"] = results[need].Result, ["outputs"] = results[need].Outputs }),
                ["success"] = job.Needs.All(need => results[need].Result == "success"),
            });
            if (job.Name == call.Until)
            {
                break;
            }
        }

        return results;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Inputs with their defaults, as expressions see them.</summary>
    public static Dictionary<string, object?> InputsOf(WorkflowFile file, IReadOnlyDictionary<string, string>? given)
    {
        Assert.That(
            (given ?? new Dictionary<string, string>()).Keys.Except(file.Inputs.Keys), Is.Empty, "inputs that the file does not declare");
        return given is null
            ? []
            : file.Inputs.ToDictionary(input => input.Key, input => (object?)input.Value.Value(given.GetValueOrDefault(input.Key)));
    }

    async Task<JobResult> RunAsync(Job job, WorkflowCall call, Dictionary<string, object?> contexts)
    {
        if (!Expression.Holds(job.If, contexts))
        {
            return JobResult.Skipped;
        }

        gitHub.Permit(job.Permissions.ToDictionary(permission => permission.Key, permission => call.IsOfFork ? "read" : permission.Value));
        try
        {
            if (job.Matrix is not { } matrix)
            {
                return await LegAsync(job, call, contexts);
            }

            var legs = new List<JobResult>();
            foreach (var value in Expression.List(matrix.Values, contexts))
            {
                legs.Add(await LegAsync(job, call, new Dictionary<string, object?>(contexts)
                {
                    ["matrix"] = new Dictionary<string, object?> { [matrix.Axis] = value },
                    ["strategy"] = new Dictionary<string, object?> { ["job-index"] = (double)legs.Count },
                }));
            }

            return JobResult.From(legs);
        }
        finally
        {
            gitHub.Permit(null);
        }
    }

    async Task<JobResult> LegAsync(Job job, WorkflowCall call, Dictionary<string, object?> contexts)
    {
        using var runner = new JobRunner(origin, Storage, machine, call);
        return await runner.RunAsync(job, contexts);
    }

    async Task<Dictionary<string, string>> GitHubAsync(WorkflowCall call) => new()
    {
        ["actor"] = call.Actor,
        ["triggering_actor"] = call.TriggeringActor ?? call.Actor,
        ["repository"] = GitHubDouble.Repository,
        ["server_url"] = "https://github.example",
        ["api_url"] = gitHub.ApiUrl,
        ["run_id"] = $"{RunId}",
        ["run_attempt"] = $"{call.Attempt}",
        ["sha"] = (await Shell.RunAsync("git", ["rev-parse", "HEAD"], origin)).Succeeded().Output.Trim(),
        ["ref_name"] = call.RefName,
        ["token"] = GitHubDouble.Token,
        ["event_name"] = call.Event,
    };
}
