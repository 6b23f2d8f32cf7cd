namespace DbGate.EndToEnd.Workflows;

/// <summary>How a job came out.</summary>
/// <param name="Result">success, failure or skipped, as <c>needs</c> shows it.</param>
/// <param name="Outputs">The job's outputs.</param>
/// <param name="ExitCode">Of the step that failed; 0 when none did.</param>
/// <param name="Log">Everything that its steps printed.</param>
/// <param name="Summary">The summaries of its steps.</param>
sealed record JobResult(string Result, IReadOnlyDictionary<string, string> Outputs, int ExitCode, string Log, string Summary)
{
    public static JobResult Skipped { get; } = new("skipped", new Dictionary<string, string>(), 0, "", "");

    /// <summary>The jobs of a matrix, in its order.</summary>
    public IReadOnlyList<JobResult> Legs { get; init; } = [];

    /// <summary>What each of its processes was given, one dictionary a step.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string?>> Environments { get; init; } = [];

    /// <summary>All jobs of a matrix as one, which fails when one of them does.</summary>
    public static JobResult From(IReadOnlyList<JobResult> legs) => new(
        legs.Any(leg => leg.Result == "failure") ? "failure" : "success",
        legs[^1].Outputs,
        legs.Select(leg => leg.ExitCode).FirstOrDefault(code => code != 0),
        string.Concat(legs.Select(leg => leg.Log)),
        string.Concat(legs.Select(leg => leg.Summary)))
    {
        Legs = legs,
        Environments = [.. legs.SelectMany(leg => leg.Environments)],
    };
}
