using System.Globalization;

namespace DbGate.Configuration;

/// <summary>Which of two values of a guarding setting is the weaker rule.</summary>
/// <param name="Text">The change, for people.</param>
/// <param name="Compare">True when the first value is weaker than the second.</param>
sealed record Weaker<T>(string Text, Func<T, T, bool> Compare);

/// <summary>The orders of values. A guarding setting without one treats every change as weaker.</summary>
static class Weaker
{
    /// <summary>For limits of which 0 means "no limit".</summary>
    public static Weaker<TimeSpan> Longer { get; } = new(
        "longer, or 0s (no limit)",
        static (candidate, inForce) => inForce > TimeSpan.Zero && (candidate == TimeSpan.Zero || candidate > inForce));

    /// <summary>For whole numbers that are kept as a text. A text that is not a number is weaker.</summary>
    public static Weaker<string> Fewer { get; } = new(
        "lower", static (candidate, inForce) => Number(candidate) is not { } next || Number(inForce) is not { } last || next < last);

    /// <summary>For lists of names that are let through.</summary>
    public static Weaker<string> MoreNames { get; } = new(
        "a name is added", static (candidate, inForce) => Names(candidate).Except(Names(inForce), StringComparer.Ordinal).Any());

    /// <summary>For lists of names that are protected.</summary>
    public static Weaker<string> FewerNames { get; } = new(
        "a name is removed", static (candidate, inForce) => Names(inForce).Except(Names(candidate), StringComparer.Ordinal).Any());

    /// <summary>For a name of something that is checked in addition: another one, or none.</summary>
    public static Weaker<string> Replaced { get; } = new(
        "another value, or none", static (candidate, inForce) => inForce.Length > 0 && candidate != inForce);

    /// <summary>From required over auto to off.</summary>
    public static Weaker<RehearsalPolicy> LessRehearsal { get; } = new(
        "required to auto or off, auto to off", static (candidate, inForce) => Strictness(candidate) < Strictness(inForce));

    public static Weaker<T> Higher<T>()
        where T : IComparable =>
            new(Direction<T>("higher", "true", words => words[^1]), static (candidate, inForce) => candidate.CompareTo(inForce) > 0);

    public static Weaker<T> Lower<T>()
        where T : IComparable =>
            new(Direction<T>("lower", "false", words => words[0]), static (candidate, inForce) => candidate.CompareTo(inForce) < 0);

    static string Direction<T>(string ofNumber, string ofSwitch, Func<string[], string> ofWords) =>
        typeof(T) == typeof(bool) ? ofSwitch : typeof(T).IsEnum ? $"toward {ofWords([.. Enum.GetNames(typeof(T))])}" : ofNumber;

    static int Strictness(RehearsalPolicy policy) => policy switch
    {
        RehearsalPolicy.Required => 2,
        RehearsalPolicy.Auto => 1,
        _ => 0,
    };

    static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string[] Names(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
