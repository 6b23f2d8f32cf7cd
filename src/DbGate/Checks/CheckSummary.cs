using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>One sentence over several checks.</summary>
static class CheckSummary
{
    public static string From(IReadOnlyCollection<CheckReport> checks)
    {
        var ran = checks.Count(check => check.Result.Outcome != CheckOutcome.Skipped);
        var skipped = checks.Count - ran;
        var blocking = checks.Where(check => check.Result.IsBlocking).Select(check => check.Check.Name).ToArray();
        return blocking.Length > 0
            ? $"{blocking.Length} of {ran} checks block: {string.Join(", ", blocking)}{Skipped(skipped)}"
            : $"{ran} of {ran} checks passed{Skipped(skipped)}";
    }

    static string Skipped(int count) => count == 0 ? "" : $", {count} skipped";
}
