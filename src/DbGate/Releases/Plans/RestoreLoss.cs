using System.Globalization;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Releases.Plans;

/// <summary>What a restore of a backup loses, in words. Pure.</summary>
static class RestoreLoss
{
    /// <param name="takenAt">When the backup's snapshot was taken.</param>
    /// <param name="written">What was written since; null when that is not known.</param>
    public static string Words(DateTimeOffset takenAt, WrittenSince? written)
    {
        var since = $"everything written since {takenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
        return written switch
        {
            null => $"{since}; how much that is was not measured",
            { Rows: null } => $"{since}; how many rows is not known, because the statistics were reset or tables dropped "
                + $"({TextSanitizer.Bytes(written.WalBytes)} of WAL in the cluster by {Time(written)})",
            { Rows: { } rows } => string.Create(
                CultureInfo.InvariantCulture,
                $"{since}, about {rows:N0} {(rows == 1 ? "row" : "rows")} "
                + $"({TextSanitizer.Bytes(written.WalBytes)} of WAL in the cluster) by "
                    + $"{Time(written)}"),
        };
    }

    /// <summary>The same for a glance: since when, and how many rows.</summary>
    public static string Brief(DateTimeOffset takenAt, WrittenSince? written) =>
        $"what was written since {takenAt.UtcDateTime:HH:mm} UTC, "
            + (written?.Rows is { } rows ? $"{TextSanitizer.Count(rows, "row", "rows")} so far" : "how much is not known");

    static string Time(WrittenSince written) => $"{written.Until.UtcDateTime:HH:mm:ss}Z";
}
