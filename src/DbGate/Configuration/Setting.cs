namespace DbGate.Configuration;

/// <summary>A setting's names and its meaning, whatever its type.</summary>
/// <param name="Name">Its path in <c>dbgate.json</c>, such as <c>backup.retentionDays</c>.</param>
/// <param name="Variables">The variables that carry it, strongest first.</param>
/// <param name="Help">One line for people.</param>
abstract record Setting(string Name, IReadOnlyList<string> Variables, string Help)
{
    /// <summary>The option that carries it, without dashes, such as <c>backup-retention-days</c>; null when it has none.</summary>
    public string? Option { get; init; } = ToOption(Name);

    /// <summary>What it can do to a verdict. Each setting declares it.</summary>
    public required SettingClass Class { get; init; }

    /// <summary>A secret: never an option, never in <c>dbgate.json</c>, never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>True for a switch, whose option needs no value.</summary>
    public virtual bool IsSwitch => false;

    /// <summary>The default as people read it.</summary>
    public abstract string DefaultText { get; }

    /// <summary>What a value is like, for help, completion and dbgate.json's schema.</summary>
    public abstract ValueShape Shape { get; }

    /// <summary>States why a text is no value of this setting; null when it is one.</summary>
    internal abstract string? Reject(string text);

    /// <summary>True when a value is a weaker rule than the one in force. Both are valid texts; null is the default.</summary>
    internal abstract bool IsWeakerThan(string? candidate, string? inForce);

    /// <summary>Which changes make the rule weaker, in words.</summary>
    internal abstract string WeakerText { get; }

    /// <summary>A value as people read it; null is the default.</summary>
    internal abstract string Show(string? text);

    static string ToOption(string name) =>
        string.Concat(name.Select(c => c == '.' ? "-" : char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : c.ToString()));
}

/// <summary>A setting with values of one type.</summary>
/// <typeparam name="T">The parsed type.</typeparam>
sealed record Setting<T>(string Name, IReadOnlyList<string> Variables, string Help, ValueReader<T> Reader, T Default)
    : Setting(Name, Variables, Help)
{
    /// <summary>Which changes make the rule weaker; null: every change.</summary>
    internal Weaker<T>? WeakerWhen { get; init; }

    /// <inheritdoc/>
    public override bool IsSwitch => typeof(T) == typeof(bool);

    /// <inheritdoc/>
    public override string DefaultText => Default is null or "" ? "–" : Reader.Show(Default);

    /// <inheritdoc/>
    public override ValueShape Shape => Reader.Shape;

    internal override string? Reject(string text) => Reader.TryRead(text, out _) ? null : Reader.Expected;

    internal override string WeakerText => WeakerWhen?.Text ?? "any change";

    internal override bool IsWeakerThan(string? candidate, string? inForce)
    {
        var (next, last) = (Read(candidate), Read(inForce));
        return !EqualityComparer<T>.Default.Equals(next, last) && WeakerWhen?.Compare(next, last) != false;
    }

    internal override string Show(string? text) => Read(text) is var value && value is null or "" ? "–" : Reader.Show(value);

    T Read(string? text) => text is not null && Reader.TryRead(text, out var value) ? value : Default;
}

/// <summary>Reads one kind of value.</summary>
/// <param name="Expected">What a valid text looks like, for the error message.</param>
/// <param name="TryRead">Parses; false when the text is not valid.</param>
/// <param name="Show">Writes a value back as people would.</param>
/// <param name="Shape">The same for programs.</param>
sealed record ValueReader<T>(string Expected, TryRead<T> TryRead, Func<T, string> Show, ValueShape Shape);

/// <summary>Parses a text; false when it is not valid.</summary>
delegate bool TryRead<T>(string text, out T value);
