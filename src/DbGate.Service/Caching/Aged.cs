namespace DbGate.Service.Caching;

/// <summary>A value, and how old what it reports is.</summary>
/// <param name="Value">The value.</param>
/// <param name="Age">Since its making began.</param>
readonly record struct Aged<T>(T Value, TimeSpan Age);
