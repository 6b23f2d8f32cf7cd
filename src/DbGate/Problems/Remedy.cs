namespace DbGate.Problems;

/// <summary>One of the ways out of a problem that takes several commands.</summary>
/// <param name="Title">What it comes to, and how long it takes where that was measured.</param>
/// <param name="Commands">To be typed, in order; a line that begins with <c>#</c> is a person's part.</param>
sealed record Remedy(string Title, IReadOnlyList<string> Commands);
