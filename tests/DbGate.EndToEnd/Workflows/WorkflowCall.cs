namespace DbGate.EndToEnd.Workflows;

/// <summary>What starts a run of a workflow, and what the repository has for it.</summary>
/// <param name="Workflow">A file of <c>.github/workflows</c>.</param>
/// <param name="Actor">Who started the run.</param>
sealed record WorkflowCall(string Workflow, string Actor)
{
    /// <summary>Of the call; the others have their defaults. Null: the workflow was not called, but started by its own trigger.</summary>
    public IReadOnlyDictionary<string, string>? Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The event's name.</summary>
    public string Event { get; init; } = "push";

    /// <summary>The event's text.</summary>
    public string EventText { get; init; } = "{}";

    /// <summary>A pull request from another repository: no secrets, a token that may only read.</summary>
    public bool IsOfFork { get; init; }

    /// <summary>The machines are GitHub's, not one's own that share a folder.</summary>
    public bool IsHosted { get; init; }

    /// <summary>Who ran it again; null: the actor.</summary>
    public string? TriggeringActor { get; init; }

    /// <summary>The branch or tag.</summary>
    public string RefName { get; init; } = "main";

    /// <summary>One more with each re-run.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Results of jobs that are not run again, as when failed jobs are re-run.</summary>
    public IReadOnlyDictionary<string, JobResult> Kept { get; init; } = new Dictionary<string, JobResult>();

    /// <summary>The last job that is run: those after it wait for a person.</summary>
    public string? Until { get; init; }
}
