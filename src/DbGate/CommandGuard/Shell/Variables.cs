using System.Collections.Immutable;

namespace DbGate.CommandGuard.Shell;

/// <summary>What is known of a shell's variables: every value that an assignment in the text may give them.</summary>
sealed record Variables(ImmutableDictionary<string, ImmutableList<string>> Values, IReadOnlyList<Argument>? Positional = null)
{
    /// <summary>Arrays that are copies of the arguments: <c>ARGS=("$@")</c>.</summary>
    public ImmutableDictionary<string, IReadOnlyList<Argument>> Lists { get; init; } = ImmutableDictionary.Create<string,
        IReadOnlyList<Argument>>(StringComparer.Ordinal);

    /// <summary>More values than these are not distinguished.</summary>
    public const int MostValues = 64;

    public static Variables None { get; } = new(ImmutableDictionary.Create<string, ImmutableList<string>>(StringComparer.Ordinal));

    public Variables With(string name, string value)
    {
        var known = Values.GetValueOrDefault(name, []);
        return known.Contains(value) || known.Count >= MostValues ? this : this with { Values = Values.SetItem(name, known.Add(value)) };
    }

    public IReadOnlyList<string> Of(string name) =>
        int.TryParse(name, out var index)
            ? Positional is null ? [] : index >= 1 && index <= Positional.Count ? [Positional[index - 1].Text] : []
            : Values.GetValueOrDefault(name, []);
}
