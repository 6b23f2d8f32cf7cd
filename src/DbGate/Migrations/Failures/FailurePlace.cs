namespace DbGate.Migrations.Failures;

/// <summary>Where in a migration's file it failed.</summary>
/// <param name="Statement">Which of its statements, from 1; the last one where its commit failed.</param>
/// <param name="Line">One-based.</param>
/// <param name="Column">One-based; null when only the line is known.</param>
/// <param name="IsCertain">False when it was concluded from the names in the server's message.</param>
sealed record FailurePlace(int Statement, int Line, int? Column, bool IsCertain);
