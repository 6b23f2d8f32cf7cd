using System.Globalization;

namespace DbGate.Configuration;

/// <summary>The kinds of values that settings have.</summary>
static class ValueReaders
{
    public static ValueReader<string> Text { get; } =
        new("any text", static (string text, out string value) => (value = text) is not null, static value => value, new(ValueKind.Text));

    public static ValueReader<bool> Switch { get; } =
        new(
            "true or false",
            static (string text, out bool value) => text switch
            {
                "" or "true" or "1" or "yes" or "on" => value = true,
                "false" or "0" or "no" or "off" => !(value = false),
                _ => value = false,
            },
            static value => value ? "true" : "false",
            new(ValueKind.Switch));

    public static ValueReader<int> Whole(int minimum, int maximum = int.MaxValue) =>
        new(
            maximum == int.MaxValue ? $"a whole number, at least {minimum}" : $"a whole number from {minimum} to {maximum}",
            (string text, out int value) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum,
            static value => value.ToString(CultureInfo.InvariantCulture),
            new(ValueKind.Whole) { Range = (minimum, maximum) });

    /// <summary>"90s", "15m", "4h", "2d"; a bare number is seconds.</summary>
    public static ValueReader<TimeSpan> Duration { get; } =
        new("a duration such as 90s, 15m, 4h or 2d", TryDuration, ShowDuration, new(ValueKind.Duration));

    /// <summary>As <see cref="Duration"/>, but not zero.</summary>
    public static ValueReader<TimeSpan> Period { get; } =
        new("a duration of at least 1s, such as 5s or 2m",
            static (string text, out TimeSpan value) => TryDuration(text, out value) && value > TimeSpan.Zero, ShowDuration,
            new(ValueKind.Duration));

    public static ValueReader<T> Word<T>()
        where T : struct, Enum =>
        new(
            string.Join(", ", Words<T>()[..^1]) + " or " + Words<T>()[^1],
            static (string text, out T value) =>
                Enum.TryParse(text, ignoreCase: true, out value) && Words<T>().Contains(text, StringComparer.OrdinalIgnoreCase),
            static value => Kebab(value.ToString()),
            new(ValueKind.Word) { Words = Words<T>() });

    static string[] Words<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(Kebab)];

    static string Kebab(string name) => name.ToLowerInvariant();

    const int LongestDuration = 1_000_000;

    static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var unit = text is [.., var last] && !char.IsAsciiDigit(last) ? last : 's';
        var digits = text.TrimEnd('s', 'm', 'h', 'd');
        if (text.Length - digits.Length > 1 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > LongestDuration)
        {
            return false;
        }

        value = unit switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => TimeSpan.MinValue,
        };
        return value >= TimeSpan.Zero;
    }

    static string ShowDuration(TimeSpan value) =>
        value == TimeSpan.Zero ? "0s"
        : value.Ticks % TimeSpan.TicksPerDay == 0 ? $"{value.TotalDays}d"
        : value.Ticks % TimeSpan.TicksPerHour == 0 ? $"{value.TotalHours}h"
        : value.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{value.TotalMinutes}m"
        : $"{value.TotalSeconds}s";
}
