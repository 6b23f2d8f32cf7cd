using System.Collections.Immutable;

namespace DbGate.Problems;

/// <summary>What a run was told on its command line, so that the commands it prints act on the same project and environment.</summary>
/// <param name="Options">Options to repeat, in their order.</param>
/// <param name="ProjectFolder">The project's folder as it was given; null when the run started in it.</param>
/// <param name="Psql">Turns a statement into a psql command for the target; null when the target is not known.</param>
sealed record CommandScope(ImmutableArray<CommandOption> Options, string? ProjectFolder = null, Func<string, ProgramCommand>? Psql = null)
{
    /// <summary>Options that the run's settings give anyway, out of a file or a variable. A command leaves them out: on the command line
    /// the same value is another rule, and an approved plan would be out of date.</summary>
    public ImmutableArray<CommandOption> Implied { get; init; } = [];

    /// <summary>Repeats nothing.</summary>
    public static CommandScope None { get; } = new([]);
}
