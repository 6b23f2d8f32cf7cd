namespace DbGate.Checks;

/// <summary>One sentence over several checks.</summary>
static class CheckSummary
{
    public static string Of(IReadOnlyCollection<CheckReport> checks)
    {
        var blocking = checks.Where(check => check.Result.IsBlocking).Select(check => check.Check.Name).ToArray();
        return blocking.Length > 0
            ? $"{blocking.Length} of {checks.Count} checks block: {string.Join(", ", blocking)}"
            : $"{checks.Count} checks hold";
    }
}
