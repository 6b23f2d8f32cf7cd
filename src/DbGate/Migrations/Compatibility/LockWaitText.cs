using System.Globalization;
using DbGate.Migrations.Lint;

namespace DbGate.Migrations.Compatibility;

/// <summary>A lock that queries meet, in one line. Pure.</summary>
static class LockWaitText
{
    public static string From(LockWait wait) => string.Create(
        CultureInfo.InvariantCulture,
        $"{wait.Table}{(wait.Rank == 1 ? " (the most used table of the database)" : "")}: {wait.Mode.Display()} for "
            + $"{wait.Held.TotalMilliseconds:0.#} ms from {wait.Location} on {Meets(wait)}, up to {wait.Longest.TotalMilliseconds:0} ms");

    static string Meets(LockWait wait) =>
        wait.PerSecond == 0 ? "is waited for by its readers and writers, whose calls nothing counts"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"meets {wait.PerSecond:0.##} {(wait.IsOfTable ? "scans and writes" : "calls")} per second; about "
                + $"{Math.Ceiling(wait.Waiting):0} wait");
}
