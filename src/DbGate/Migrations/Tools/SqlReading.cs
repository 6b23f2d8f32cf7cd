using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>What came of having a tool print the SQL of migrations that are code.</summary>
/// <param name="Unread">Why SQL is unread; null when all of it was read.</param>
/// <param name="Problems">What the tool reported about the project.</param>
sealed record SqlReading(string? Unread, params IReadOnlyList<Problem> Problems);
