namespace DbGate.Bench;

/// <summary>A program that DbGate is compared with is missing, or did not work: exit code 20.</summary>
public sealed class ComparatorException(string message) : Exception(message);
