namespace DbGate.Configuration;

/// <summary>The kinds of values that settings have.</summary>
enum ValueKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>True or false; as an option it needs no value.</summary>
    Switch,

    /// <summary>A whole number within a range.</summary>
    Whole,

    /// <summary>"90s", "15m", "4h", "2d"; a bare number is seconds.</summary>
    Duration,

    /// <summary>One of a few words.</summary>
    Word,
}

/// <summary>What a value of a setting is like.</summary>
/// <param name="Kind">Its kind.</param>
sealed record ValueShape(ValueKind Kind)
{
    /// <summary>The words of a <see cref="ValueKind.Word"/>.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The least and the greatest <see cref="ValueKind.Whole"/>, both valid.</summary>
    public (int Least, int Greatest) Range { get; init; }
}
