namespace DbGate.Statements.Parsing;

/// <summary>An expression, known only by its text and by what it calls.</summary>
/// <param name="Text">As written.</param>
/// <param name="Calls">Names of the functions that it calls, lower case, without schema.</param>
sealed record SqlExpression(string Text, IReadOnlyList<string> Calls);
