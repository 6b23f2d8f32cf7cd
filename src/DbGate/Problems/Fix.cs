using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace DbGate.Problems;

/// <summary>What to do about a problem, as data: one sentence, and the commands in the order in which they run.</summary>
/// <param name="Sentence">Starts with a verb and names no command; commands are rendered after it.</param>
/// <param name="Commands">The commands; empty where a person edits a file or decides.</param>
public sealed record Fix(string Sentence, params ImmutableArray<FixCommand> Commands)
{
    /// <summary>Starts with a verb, in every output with a capital letter. A command that is the whole fix stays as it is typed.</summary>
    public string Sentence { get; init => field = Capitalize(value); } = Capitalize(Sentence);

    /// <summary>Programs by which a fix begins that is a command, and the question that names what was probably meant.</summary>
    static readonly FrozenSet<string> Typed = FrozenSet.Create(
        StringComparer.Ordinal, "apk", "apt-get", "brew", "curl", "dbgate", "did", "dnf", "docker", "dotnet", "git", "jq", "npm", "npx",
        "openssl", "pnpm", "podman", "psql", "sudo", "yarn");

    static string Capitalize(string sentence)
    {
        var end = sentence.AsSpan().IndexOfAnyExceptInRange('a', 'z');
        var word = end < 0 ? sentence : sentence[..end];
        return word.Length > 0 && (end < 0 || sentence[end] is ' ' or ',' or ':' or '-') && !Typed.Contains(word)
            && !Typed.Contains(sentence.Split(' ')[0])
                ? $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}"
                : sentence;
    }

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
