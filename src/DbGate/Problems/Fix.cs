using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace DbGate.Problems;

/// <summary>What to do about a problem, as data: one sentence, and the commands in the order in which they run.</summary>
/// <param name="Sentence">Starts with a verb and names no command; commands are rendered after it.</param>
/// <param name="Commands">The commands; empty where a person edits a file or decides.</param>
public sealed record Fix(string Sentence, params ImmutableArray<FixCommand> Commands)
{
    /// <summary>A fix without a command; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(sentence))]
    public static implicit operator Fix?(string? sentence) => FromString(sentence);

    /// <summary>A fix without a command; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(sentence))]
    public static Fix? FromString(string? sentence) => sentence is null ? null : new(sentence);

    /// <summary>The same fix with the options of a run in its commands, so that they act on the same project and environment.</summary>
    internal Fix For(CommandScope scope) => this with { Commands = [.. Commands.Select(command => command.For(scope))] };

    /// <summary>The sentence and the commands in one line, for example "Take a backup: ./build.sh --target=backup".</summary>
    /// <param name="style">How a host writes its commands.</param>
    public string InLine(CommandStyle style)
    {
        ArgumentNullException.ThrowIfNull(style);
        var commands = string.Join("; ", Commands.Select(style.Line));
        return Commands.IsEmpty ? Sentence : Sentence.Length == 0 ? commands : $"{Sentence}: {commands}";
    }

    /// <inheritdoc/>
    public override string ToString() => InLine(CommandStyle.BuildScript);
}
