namespace DbGate.Releases.Compatibility;

/// <summary>What the test of the running release did not look at, for the plan.</summary>
static class CompatibilityNotes
{
    /// <param name="proof">The test.</param>
    /// <param name="isExpected">Whether a release without it reports it.</param>
    public static IEnumerable<string> From(CompatibilityProof? proof, bool isExpected = false) => proof switch
    {
        null when isExpected => ["the running release's queries: compatibility did not run in this run"],
        null => [],
        { Report: { } report } =>
        [
            .. report.Untested.Select(one => $"{one.Shapes} queries of the running release ({one.Calls} calls): {one.Why}"),
            .. report.Notes.Select(note => $"running release: {note}"),
        ],
        _ => [$"the running release's queries: {proof.Reason}"],
    };
}
