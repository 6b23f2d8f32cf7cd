using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Formats;

/// <summary>An instruction of a Dockerfile.</summary>
/// <param name="Keyword">In capitals.</param>
/// <param name="Body">What follows the keyword and its options, with line continuations taken out.</param>
/// <param name="Line">Where it begins.</param>
sealed record DockerInstruction(string Keyword, SourceText Body, int Line)
{
    /// <summary>The <c>--name=value</c> options.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>Here-documents: the delimiter's file name, if it is one, and the text.</summary>
    public IReadOnlyList<(string Target, SourceText Text)> Documents { get; init; } = [];

    /// <summary>The arguments of the exec form; null for the shell form.</summary>
    public IReadOnlyList<Argument>? Exec { get; init; }

    public string? Option(string name) => Options.FirstOrDefault(option => option.Name == name).Value;
}
