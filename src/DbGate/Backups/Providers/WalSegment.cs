using System.Globalization;

namespace DbGate.Backups.Providers;

/// <summary>A segment of the write-ahead log, as its file name has it.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="Number">The number of the segment since the beginning of the log; depends on the segment's size.</param>
readonly record struct WalSegment(uint Timeline, ulong Number)
{
    const int Digits = 24;

    /// <summary>Reads the first 24 digits of a file name; null when it is not a segment's.</summary>
    /// <param name="name">The name; what follows the digits is not looked at.</param>
    /// <param name="size">The segment's size in bytes.</param>
    public static WalSegment? Find(string name, long size)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length >= Digits
            && uint.TryParse(name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var timeline)
            && ulong.TryParse(name.AsSpan(8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var log)
            && ulong.TryParse(name.AsSpan(16, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var segment)
            ? new(timeline, (log * PerLog(size)) + segment)
            : null;
    }

    /// <summary>The file name.</summary>
    /// <param name="size">The segment's size in bytes.</param>
    public string Name(long size) => $"{Timeline:X8}{Number / PerLog(size):X8}{Number % PerLog(size):X8}";

    static ulong PerLog(long size) => 0x1_0000_0000UL / (ulong)size;
}
