namespace DbGate.Problems;

/// <summary>One of the ways out of a problem that takes several commands.</summary>
/// <param name="Title">What it comes to, and how long it takes where that was measured.</param>
/// <param name="Commands">In order; a text that begins with <c>#</c> is a person's part.</param>
sealed record Remedy(string Title, IReadOnlyList<FixCommand> Commands)
{
    /// <summary>From the lines of a stored plan.</summary>
    public static Remedy FromLines(string title, IEnumerable<string> lines) => new(title, [.. lines.Select(FixCommand.FromLine)]);
}
