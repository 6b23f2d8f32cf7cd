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
}
