namespace DbGate.Reports.Actions;

/// <summary>What GitHub's runner reports a process by its variables.</summary>
/// <param name="SummaryFile">Where the step's summary goes.</param>
/// <param name="OutputFile">Where the step's outputs go.</param>
/// <param name="Link">The page of this run; null when it cannot be told.</param>
sealed record ActionsRun(string? SummaryFile, string? OutputFile, string? Link)
{
    /// <summary>Reads the variables; null outside of a workflow.</summary>
    public static ActionsRun? From(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return variables.GetValueOrDefault("GITHUB_ACTIONS") != "true"
            ? null
            : new(
                Value("GITHUB_STEP_SUMMARY"), Value("GITHUB_OUTPUT"),
                LinkOf(Value("GITHUB_SERVER_URL"), Value("GITHUB_REPOSITORY"), Value("GITHUB_RUN_ID")));

        string? Value(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }

    static string? LinkOf(string? server, string? repository, string? run) =>
        server is null || repository is null || run is null ? null : $"{server}/{repository}/actions/runs/{run}";
}
